/// /sys/fs/cgroup: the enclave as a control group of version 2, whose limits are those of the manifest.
///
/// Runtimes size their heaps and pools by it: memory is the program's, processors are the vCPUs.
enum ControlGroupTree {
    static func make(_ fileSystem: FileSystem) -> GeneratedDirectory {
        let group = GeneratedDirectory(fileSystem)
        group.add("cgroup.controllers", text: "cpuset cpu memory pids\n")
        group.add("cgroup.subtree_control", text: "")
        group.add("cgroup.type", text: "domain\n")
        group.add("cgroup.events", text: "populated 1\nfrozen 0\n")
        group.add("cgroup.procs") { () throws(Errno) in lines(ProcessList.all.map { UInt64(UInt32(bitPattern: $0.id)) }) }
        group.add("cgroup.threads") { () throws(Errno) in
            var numbers: [UInt64] = []
            for process in ProcessList.all { numbers += process.threads.map { UInt64(UInt32(bitPattern: $0.id)) } }
            return lines(numbers)
        }
        addMemory(to: group)
        addProcessors(to: group)
        group.add("pids.max", text: "max\n")
        group.add("pids.current") { () throws(Errno) in
            lines([UInt64(ProcessList.all.reduce(0) { $0 + $1.threads.count })])
        }
        return group
    }

    private static var memoryUsed: UInt64 { kernel.memoryTotal - kernel.memoryFree }

    private static func addMemory(to group: GeneratedDirectory) {
        group.add("memory.max") { () throws(Errno) in lines([kernel.memoryTotal]) }
        group.add("memory.high", text: "max\n")
        group.add("memory.low", text: "0\n")
        group.add("memory.min", text: "0\n")
        group.add("memory.current") { () throws(Errno) in lines([memoryUsed]) }
        group.add("memory.swap.max", text: "0\n")
        group.add("memory.swap.current", text: "0\n")
        group.add("memory.events", text: "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n")
        group.add("memory.stat") { () throws(Errno) in
            var text = TextBuilder("anon ")
            text.add(memoryUsed)
            text.add("\nfile 0\nkernel 0\nshmem 0\ninactive_anon 0\nactive_anon ")
            text.add(memoryUsed)
            text.add("\ninactive_file 0\nactive_file 0\n")
            return text.bytes
        }
    }

    private static func addProcessors(to group: GeneratedDirectory) {
        // As many processors as there are vCPUs are the limit, and no share of their time.
        group.add("cpu.max", text: "max 100000\n")
        group.add("cpu.weight", text: "100\n")
        group.add("cpu.stat") { () throws(Errno) in
            var text = TextBuilder("usage_usec ")
            let used = MachineFiles.processorTime / 1000
            text.add(used)
            text.add("\nuser_usec ")
            text.add(used)
            text.add("\nsystem_usec 0\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n")
            return text.bytes
        }
        for name in ["cpuset.cpus", "cpuset.cpus.effective"] as [StaticString] {
            group.add(name) { () throws(Errno) in MachineFiles.processorList() }
        }
        for name in ["cpuset.mems", "cpuset.mems.effective"] as [StaticString] { group.add(name, text: "0\n") }
    }

    private static func lines(_ values: [UInt64]) -> Bytes {
        var text = TextBuilder()
        for value in values {
            text.add(value)
            text.add("\n")
        }
        return text.bytes
    }
}
