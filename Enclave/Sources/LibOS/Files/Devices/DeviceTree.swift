/// /dev: a tmpfs-like directory of the kernel's devices.
enum DeviceTree {
    static func make(sharedMemory: Node, _ fileSystem: FileSystem) -> GeneratedDirectory {
        let root = GeneratedDirectory(fileSystem, mode: 0o755)
        root.add("null", DeviceNode(fileSystem, .null, 1, 3))
        root.add("zero", DeviceNode(fileSystem, .zero, 1, 5))
        root.add("full", DeviceNode(fileSystem, .full, 1, 7))
        root.add("random", DeviceNode(fileSystem, .random, 1, 8))
        root.add("urandom", DeviceNode(fileSystem, .random, 1, 9))
        root.add("tty", DeviceNode(fileSystem, .terminal, 5, 0))
        root.add("console", DeviceNode(fileSystem, .terminal, 5, 1))
        root.add("stdin", GeneratedLink(fileSystem, to: "/proc/self/fd/0"))
        root.add("stdout", GeneratedLink(fileSystem, to: "/proc/self/fd/1"))
        root.add("stderr", GeneratedLink(fileSystem, to: "/proc/self/fd/2"))
        root.add("fd", GeneratedLink(fileSystem, to: "/proc/self/fd"))
        root.add("attestation", AttestationFiles.make(fileSystem))
        root.overlay(Bytes(text: "shm"), with: sharedMemory)
        return root
    }
}
