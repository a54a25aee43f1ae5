import CLinux
import Glibc
import Linux
import Wire

/// One connection at a doorway, from its side: what came of a request, and until when it must be whole.
final class DoorwayVisitor {
    private static let patience: UInt64 = 5_000_000_000

    let descriptor: Int32
    private var stream = DoorwayStream()
    private(set) var deadline: UInt64
    /// What it asked and has no answer to yet.
    var question: Question?
    /// The question is with the enclave, and not only in the queue.
    var isAsked = false

    struct Question {
        let targetInfo: [UInt8]
        let nonce: [UInt8]
    }

    init(owning descriptor: Int32, now: UInt64) {
        self.descriptor = descriptor
        deadline = now + Self.patience
    }

    deinit { close(descriptor) }

    enum Arrival {
        case nothing
        case request(DoorwayMessage)
        /// It hung up, or broke the format; the text is for it to read.
        case end(String?)
    }

    /// Takes what is there, without waiting.
    func receive() -> Arrival {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var descriptors = [Int32](repeating: -1, count: DoorwayStream.mostDescriptors)
        var count = 0
        let length = cl_receive_with_descriptors(descriptor, &buffer, buffer.count, &descriptors, &count, 0)
        if length == -Int(EAGAIN) || length == -Int(EINTR) { return .nothing }
        guard length > 0 else { return .end(nil) }
        do throws(WireError) {
            try stream.append(buffer[..<length], descriptors: descriptors[..<count])
            guard let (message, taken) = try stream.next() else { return .nothing }
            for number in taken { close(number) }
            guard taken.isEmpty, stream.unclaimed == 0 else { return .end("this request takes no descriptors") }
            guard stream.isDrained else { return .end("one request at a time: the next one after the answer") }
            return .request(message)
        } catch {
            return .end("this is no request of a version known here: \(error)")
        }
    }

    /// An answer is small: one that does not fit at once meets a visitor that does not read.
    func send(_ message: DoorwayMessage, now: UInt64) -> Bool {
        let frame = message.encoded()
        deadline = now + Self.patience
        (question, isAsked) = (nil, false)
        return cl_send_with_descriptors(descriptor, frame, frame.count, nil, 0, 0) == frame.count
    }
}
