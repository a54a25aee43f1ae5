/// /proc/N.
final class ProcessDirectory: GeneratedDirectory {
    let process: Process

    init(_ fileSystem: FileSystem, _ process: Process) {
        self.process = process
        super.init(fileSystem)
        addLinks()
        add("stat") { () throws(Errno) in ProcessTexts.stat(process, thread: nil) }
        add("statm") { () throws(Errno) in ProcessTexts.memory(process) }
        add("status") { () throws(Errno) in ProcessTexts.status(process, thread: nil) }
        add("maps") { () throws(Errno) in ProcessTexts.maps(process, detailed: false) }
        add("smaps") { () throws(Errno) in ProcessTexts.maps(process, detailed: true) }
        add("cmdline") { () throws(Errno) in process.commandLine }
        add("environ", GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in process.environmentBlock })
        add(
            "comm",
            GeneratedNode(
                fileSystem, mode: 0o644,
                save: { (bytes) throws(Errno) in
                    process.name = Bytes(bytes.prefix(15).prefix { $0 != 10 && $0 != 0 })
                }, { () throws(Errno) in process.name + [10] }))
        add("auxv", GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in ProcessTexts.auxiliaryVector(process) })
        add("io", GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in Bytes(text: ProcessTexts.transfers) })
        add("personality", GeneratedNode(fileSystem, mode: 0o400) { () throws(Errno) in Bytes(text: "00000000\n") })
        add("wchan", text: "0")
        add("sessionid", text: "4294967295")
        add("loginuid", text: "4294967295")
        add("setgroups", text: "allow\n")
        for name in ["uid_map", "gid_map"] as [StaticString] { add(name, text: "         0          0 4294967295\n") }
        add("cgroup", text: "0::/\n")
        add("mounts") { () throws(Errno) in MountTexts.mounts() }
        add("mountinfo") { () throws(Errno) in MountTexts.information() }
        // One network for all of them.
        add("net", GeneratedLink(fileSystem, to: "../net"))
        add("limits") { () throws(Errno) in ProcessTexts.limits(process) }
        add("oom_score", text: "0\n")
        addSetting("oom_score_adj", "0\n")
        addSetting("coredump_filter", "00000033\n")
        add("task", TaskDirectory(fileSystem, process))
        add("fd", DescriptorDirectory(fileSystem, process))
        add("fdinfo", DescriptorInformationDirectory(fileSystem, process))
    }

    /// A setting that is kept and changes nothing.
    private func addSetting(_ name: StaticString, _ initial: StaticString) {
        let value = SettingValue(Bytes(text: initial))
        add(
            name,
            GeneratedNode(
                fileSystem, mode: 0o644, save: { (bytes) throws(Errno) in value.bytes = bytes },
                { () throws(Errno) in
                    value.bytes
                }))
    }

    private func addLinks() {
        let process = process
        add(
            "exe",
            GeneratedLink(
                fileSystem,
                object: { (_) throws(Errno) in
                    guard let program = process.program else { throw .ENOENT }
                    return (node: program.node, path: process.executable)
                },
                { (_) throws(Errno) in
                    guard let program = process.program else { throw .ENOENT }
                    return try program.shownPath(process.executable)
                }))
        add("net", GeneratedLink(fileSystem, to: "/proc/net"))
        add(
            "cwd",
            GeneratedLink(
                fileSystem,
                object: { (_) throws(Errno) in
                    (node: process.directory.directory, path: process.directory.path)
                }, { (_) throws(Errno) in process.directory.path }))
        add("root", GeneratedLink(fileSystem, to: "/"))
    }
}

/// The value of a setting, shared by its reader and its writer.
final class SettingValue {
    var bytes: Bytes
    init(_ bytes: Bytes) { self.bytes = bytes }
}
