import CLinux
import Glibc
import Linux
import Wire

/// How the host finds names, for enclaves whose manifest asks for that; the enclave parses what it gets.
enum HostNames {
    private static let longest = 65_536

    static func serve(_ call: CallView) -> Int64 {
        guard let file = NameFile(rawValue: call.argument(0)) else { return -Int64(EINVAL) }
        let raw = open(path(file), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard raw >= 0 else { return -Int64(errno) }
        let descriptor = FileDescriptor(owning: raw)
        let count = read(descriptor.raw, call.data, longest)
        return count < 0 ? -Int64(errno) : Int64(count)
    }

    private static func path(_ file: NameFile) -> String {
        switch file {
        case .resolver: return "/etc/resolv.conf"
        case .hosts: return "/etc/hosts"
        }
    }
}
