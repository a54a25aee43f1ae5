import CLinux
import Glibc
import Linux

/// One request to the quoting service and its answer, over a connected UNIX stream socket.
///
/// Frame, both ways: u32 length little-endian, so many bytes. Request: u8 operation (1 target info, 2 quote), then for 2 the REPORT of
/// 432 bytes. Answer: u8 status, 0 and the bytes (TARGETINFO of 512, or the quote), or another value and an English sentence.
package enum QuotingExchange {
    private static let longestAnswer = 65536

    /// Who quotes on this machine, as the TARGETINFO that a REPORT for it is made with.
    package static func targetInfo(over socket: Int32) throws(QuotingRefusal) -> [UInt8] {
        let target = try bytes(of: [1], over: socket)
        guard target.count == 512 else { throw QuotingRefusal("it sent a TARGETINFO of \(target.count) bytes, not 512") }
        return target
    }

    /// The quote over a REPORT that was made for the service.
    package static func quote(_ report: [UInt8], over socket: Int32) throws(QuotingRefusal) -> [UInt8] {
        try bytes(of: [2] + report, over: socket)
    }

    private static func bytes(of request: [UInt8], over socket: Int32) throws(QuotingRefusal) -> [UInt8] {
        let answer: [UInt8]
        do throws(SystemCallError) { answer = try ask(request, over: socket) } catch { throw QuotingRefusal("\(error)") }
        guard answer[0] == 0 else { throw QuotingRefusal(String(decoding: answer.dropFirst(), as: UTF8.self)) }
        return Array(answer.dropFirst())
    }

    /// The whole answer, its status first; never empty.
    static func ask(_ request: [UInt8], over socket: Int32) throws(SystemCallError) -> [UInt8] {
        let length = UInt32(request.count)
        let frame = (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32($0 * 8)) } + request
        var sent = 0
        while sent < frame.count {
            let result = frame.withUnsafeBytes { bytes in
                send(socket, bytes.baseAddress.map { $0 + sent }, frame.count - sent, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            }
            if result < 0, errno == EINTR { continue }
            try SystemCallError.checkErrno(Int32(result), "send the request")
            sent += result
        }
        let head = try receive(4, socket)
        let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count >= 1, count <= longestAnswer else { throw SystemCallError(EBADMSG, "read the answer") }
        return try receive(count, socket)
    }

    private static func receive(_ count: Int, _ socket: Int32) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let result = bytes.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + done }, count - done, 0) }
            if result < 0, errno == EINTR { continue }
            try SystemCallError.checkErrno(Int32(result), "read the answer")
            guard result > 0 else { throw SystemCallError(ECONNRESET, "read the answer") }
            done += result
        }
        return bytes
    }
}

/// Why the quoting service gave nothing, in its words where it had some.
package struct QuotingRefusal: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
