/// /proc/N/mounts and mountinfo.
enum MountTexts {
    static func mounts() -> Bytes {
        var text = TextBuilder()
        for mount in kernel.files.mounts {
            text.add(mount.fileSystem.typeName)
            text.add(" ")
            text.add(mount.path)
            text.add(" ")
            text.add(mount.fileSystem.typeName)
            text.add(mount.fileSystem.readOnly ? " ro,nosuid 0 0\n" : " rw,nosuid 0 0\n")
        }
        return text.bytes
    }

    static func information() -> Bytes {
        var text = TextBuilder()
        let first = kernel.files.mounts.first?.fileSystem.device ?? 0
        for mount in kernel.files.mounts {
            let fileSystem = mount.fileSystem
            text.add(fileSystem.device)
            text.add(" ")
            text.add(fileSystem.device == first ? 1 : first)
            text.add(" 0:")
            text.add(fileSystem.device)
            text.add(" / ")
            text.add(mount.path)
            text.add(fileSystem.readOnly ? " ro,nosuid - " : " rw,nosuid - ")
            text.add(fileSystem.typeName)
            text.add(" ")
            text.add(fileSystem.typeName)
            text.add(fileSystem.readOnly ? " ro\n" : " rw\n")
        }
        return text.bytes
    }
}
