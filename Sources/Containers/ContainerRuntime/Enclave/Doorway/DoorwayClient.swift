import CLinux
import Glibc
import Linux
import Wire

/// A command's way through a container's doorway: one connection, a request and its answer.
struct DoorwayClient: ~Copyable {
    /// Longer than the other side takes to say that nothing comes.
    private static let patience = timeval(tv_sec: 8, tv_usec: 0)
    private let socket: FileDescriptor
    private var stream = DoorwayStream()

    /// By way of a descriptor of the folder: it may be deeper than a socket's address is long.
    init(_ directory: StateDirectory) throws(RuntimeError) {
        socket = try RuntimeError.wrap("the container's doorway") {
            let folder = try FileDescriptor.open(directory.path, O_PATH | O_DIRECTORY)
            let result = cl_unix_connect(Int32(SOCK_STREAM.rawValue), "/proc/self/fd/\(folder.raw)/\(StateDirectory.doorwayName)")
            let socket = FileDescriptor(owning: try SystemCallError.check(result, "connect to \(directory.doorwayPath)"))
            var patience = Self.patience
            let size = socklen_t(MemoryLayout<timeval>.size)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(socket.raw, SOL_SOCKET, option, &patience, size) }
            return socket
        }
    }

    mutating func ask(_ request: DoorwayMessage, passing descriptors: [Int32] = []) throws(RuntimeError) -> DoorwayMessage {
        let frame = request.encoded(descriptors: descriptors.count)
        let sent = cl_send_with_descriptors(socket.raw, frame, frame.count, descriptors, descriptors.count, 1)
        guard sent == frame.count else { throw RuntimeError("the container's doorway closed before it was asked") }
        while true {
            if let answer = try Self.known({ () throws(WireError) in try stream.next() }) {
                for number in answer.descriptors { close(number) }
                return answer.message
            }
            let arrived = try receive()
            try Self.known { () throws(WireError) in try stream.append(arrived) }
        }
    }

    private static func known<Value>(_ body: () throws(WireError) -> Value) throws(RuntimeError) -> Value {
        do throws(WireError) {
            return try body()
        } catch {
            throw RuntimeError("the container's doorway answers in a version not known here: \(error)")
        }
    }

    private func receive() throws(RuntimeError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var count = 0
        repeat {
            count = buffer.withUnsafeMutableBytes { recv(socket.raw, $0.baseAddress, $0.count, 0) }
        } while count < 0 && errno == EINTR
        guard count > 0 else {
            let reason = count == 0 ? "it closed" : SystemCallError.reason(errno)
            throw RuntimeError("the container's doorway gave no answer: \(reason)")
        }
        return Array(buffer[..<count])
    }
}
