import CLinux
import Foundation

/// A socket at which a test waits for what a runtime sends: a descriptor, and the text that comes with it.
final class DescriptorSocket {
    let path: String
    private let listening: Int32
    private var received: [Int32] = []

    init(at path: String) throws {
        self.path = path
        listening = Int32(cl_unix_listen(Int32(SOCK_STREAM.rawValue), path))
        guard listening >= 0 else { throw Unmet("cannot listen at \(path): \(listening)") }
    }

    deinit { for descriptor in received + [listening] { close(descriptor) } }

    /// The descriptor is closed with the socket.
    func receive(within milliseconds: Int32 = 10_000) throws -> (descriptor: Int32, text: String) {
        var entry = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { throw Unmet("nobody came to \(path)") }
        let connection = Int32(cl_accept(listening))
        defer { close(connection) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        var descriptor: Int32 = -1
        let count = cl_receive_packet(connection, &bytes, bytes.count, &descriptor)
        guard count > 0, descriptor >= 0 else { throw Unmet("no descriptor came to \(path)") }
        received.append(descriptor)
        return (descriptor, String(decoding: bytes[..<count], as: UTF8.self))
    }
}
