import Glibc

/// A connection that sends what the test wants, whole frames or not.
final class PlainSocket {
    let descriptor: Int32

    init?(_ path: String, patienceSeconds: Int = 15) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { return nil }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    func send(frame body: [UInt8]) { send(Self.frame(body)) }

    static func frame(_ body: [UInt8]) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: body.count >> ($0 * 8)) } + body }

    /// The body of the next frame; nil where the other side closed or waited too long.
    func receive() -> [UInt8]? {
        guard let head = exactly(4) else { return nil }
        return exactly(head.reversed().reduce(0) { $0 << 8 | Int($1) })
    }

    /// Whether the other side has closed, or does within the patience.
    var isClosed: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 0
    }

    private func exactly(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let got = recv(descriptor, &buffer, buffer.count, 0)
            guard got > 0 else { return nil }
            bytes += buffer[..<got]
        }
        return bytes
    }
}
