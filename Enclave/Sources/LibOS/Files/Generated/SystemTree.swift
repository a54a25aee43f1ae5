/// /sys: processors, one memory node, and the few settings that runtimes look for.
enum SystemTree {
    static func make(_ fileSystem: FileSystem) -> GeneratedDirectory {
        let root = GeneratedDirectory(fileSystem)
        let devices = root.addDirectory("devices").addDirectory("system")
        addProcessors(devices.addDirectory("cpu"))
        addMemoryNode(devices.addDirectory("node"))
        let clock = devices.addDirectory("clocksource").addDirectory("clocksource0")
        for name in ["current_clocksource", "available_clocksource"] as [StaticString] { clock.add(name, text: "tsc\n") }
        let memory = root.addDirectory("kernel").addDirectory("mm")
        let huge = memory.addDirectory("transparent_hugepage")
        huge.add("enabled", text: "always madvise [never]\n")
        huge.add("defrag", text: "always defer defer+madvise madvise [never]\n")
        huge.add("hpage_pmd_size", text: "2097152\n")
        huge.add("shmem_enabled", text: "always within_size advise [never] deny force\n")
        huge.add("use_zero_page", text: "1\n")
        _ = memory.addDirectory("hugepages")
        _ = root.addDirectory("fs").addDirectory("cgroup")
        root.addDirectory("class").add("net", InterfaceTree(fileSystem))
        return root
    }

    private static func number(_ value: UInt64) -> Bytes {
        var text = TextBuilder()
        text.add(value)
        text.add("\n")
        return text.bytes
    }

    private static func addProcessors(_ directory: GeneratedDirectory) {
        for name in ["online", "possible", "present"] as [StaticString] {
            directory.add(name) { () throws(Errno) in MachineFiles.processorList() }
        }
        directory.add("offline", text: "\n")
        directory.add("isolated", text: "\n")
        directory.add("kernel_max", text: "255\n")
        directory.addDirectory("smt").add("active", text: "0\n")
        for index in 0..<MachineFiles.processors {
            var name = TextBuilder("cpu")
            name.add(index)
            let processor = GeneratedDirectory(directory.fileSystem)
            directory.add(name.bytes, processor)
            processor.add("online", text: "1\n")
            let topology = processor.addDirectory("topology")
            topology.add("core_id") { () throws(Errno) in number(UInt64(index)) }
            topology.add("physical_package_id", text: "0\n")
            for name in ["thread_siblings_list", "core_cpus_list"] as [StaticString] {
                topology.add(name) { () throws(Errno) in number(UInt64(index)) }
            }
            for name in ["core_siblings_list", "package_cpus_list"] as [StaticString] {
                topology.add(name) { () throws(Errno) in MachineFiles.processorList() }
            }
        }
    }

    private static func addMemoryNode(_ directory: GeneratedDirectory) {
        for name in ["online", "possible", "has_cpu", "has_memory"] as [StaticString] { directory.add(name, text: "0\n") }
        let node = directory.addDirectory("node0")
        node.add("cpulist") { () throws(Errno) in MachineFiles.processorList() }
        node.add("cpumap") { () throws(Errno) in
            var text = TextBuilder()
            text.add(hex: MachineFiles.processorMask, digits: 1)
            text.add("\n")
            return text.bytes
        }
        node.add("distance", text: "10\n")
        node.add("meminfo") { () throws(Errno) in
            var text = TextBuilder("Node 0 MemTotal:       ")
            text.add(kernel.memoryTotal / 1024, width: 8)
            text.add(" kB\nNode 0 MemFree:        ")
            text.add(kernel.memoryFree / 1024, width: 8)
            text.add(" kB\n")
            return text.bytes
        }
    }
}
