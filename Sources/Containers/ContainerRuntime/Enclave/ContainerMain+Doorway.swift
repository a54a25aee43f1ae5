import CLinux
import Glibc
import Linux

extension ContainerMain {
    private static let mostWaiting: Int32 = 8

    /// The socket by which others reach what the container's enclave holds; nobody but its owner can open it.
    func listenAtDoorway() throws(RuntimeError) -> FileDescriptor {
        try RuntimeError.wrap {
            let folder = try FileDescriptor.open(directory.path, O_PATH | O_DIRECTORY)
            let result = cl_listen_unix("/proc/self/fd/\(folder.raw)/\(StateDirectory.doorwayName)", 0o600, Self.mostWaiting)
            return FileDescriptor(owning: try SystemCallError.check(result, "listen on \(directory.doorwayPath)"))
        }
    }
}
