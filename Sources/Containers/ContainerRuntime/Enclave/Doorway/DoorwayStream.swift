import Glibc
import Wire

/// Bytes and descriptors of one connection as they came, and the messages in them.
///
/// Owns the descriptors until a message takes them; everything is bounded, and what breaks the format ends the connection.
struct DoorwayStream: ~Copyable {
    static let mostDescriptors = 16

    private var bytes: [UInt8] = []
    private var descriptors: [Int32] = []

    init() {}

    deinit { for descriptor in descriptors { close(descriptor) } }

    mutating func append(_ received: some Sequence<UInt8>, descriptors: some Sequence<Int32> = []) throws(WireError) {
        bytes += received
        self.descriptors += descriptors
        guard bytes.count <= DoorwayMessage.longest + DoorwayMessage.headLength, self.descriptors.count <= Self.mostDescriptors
        else {
            throw .tooLong
        }
    }

    /// The next message, with its descriptors, which are the caller's from here on; `nil` while it is not there whole.
    mutating func next() throws(WireError) -> (message: DoorwayMessage, descriptors: [Int32])? {
        guard bytes.count >= DoorwayMessage.headLength else { return nil }
        let length = bytes[..<DoorwayMessage.headLength].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= DoorwayMessage.longest else { throw .tooLong }
        let end = DoorwayMessage.headLength + length
        guard bytes.count >= end else { return nil }
        let (message, wanted) = try DoorwayMessage.decoded(Array(bytes[DoorwayMessage.headLength..<end]))
        guard wanted <= descriptors.count else { throw .truncated }
        bytes.removeFirst(end)
        defer { descriptors.removeFirst(wanted) }
        return (message, Array(descriptors.prefix(wanted)))
    }

    /// Nothing came after the messages that were taken.
    var isDrained: Bool { bytes.isEmpty }

    /// Descriptors that no message has claimed.
    var unclaimed: Int { descriptors.count }
}
