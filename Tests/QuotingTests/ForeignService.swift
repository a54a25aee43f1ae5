import Foundation
import Glibc
import Synchronization

/// Another service on a socket: reads one frame, writes what it is told to, and closes.
final class ForeignService: Sendable {
    let path: String
    private let listener: Int32
    private let asked = Mutex(0)

    var count: Int { asked.withLock { $0 } }

    init(_ path: String, answer: @escaping @Sendable ([UInt8]) -> [UInt8]) throws {
        self.path = path
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0, listen(descriptor, 16) == 0 else { throw POSIXError(.EADDRINUSE) }
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 8192)
                let got = recv(client, &buffer, buffer.count, 0)
                if got >= 4 {
                    self?.asked.withLock { $0 += 1 }
                    let bytes = answer(Array(buffer[4..<got]))
                    _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                }
                close(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        unlink(path)
    }
}
