/// `struct msghdr` of a program: read once, so that a thread that changes it meanwhile changes nothing.
///
/// ```
///   0 name   8 length of it   16 vector   24 count   32 control   40 length of it   48 flags
/// ```
struct MessageHeader {
    static let length: UInt64 = 56
    /// `net.core.optmem_max`: the most control data one message may carry.
    private static let mostControl: UInt64 = 20480

    private let place: UInt64
    private let name: UInt64
    private let nameLength: Int32
    private let vector: UInt64
    private let vectorCount: UInt64
    private let control: UInt64
    private let controlLength: UInt64

    init(user address: UInt64) throws(Errno) {
        place = address
        name = try userLoad(address, as: UInt64.self)
        nameLength = name == 0 ? 0 : try userLoad(address &+ 8, as: Int32.self)
        vector = try userLoad(address &+ 16, as: UInt64.self)
        vectorCount = try userLoad(address &+ 24, as: UInt64.self)
        control = try userLoad(address &+ 32, as: UInt64.self)
        controlLength = try userLoad(address &+ 40, as: UInt64.self)
        guard nameLength >= 0 else { throw .EINVAL }
        guard vectorCount <= 1024 else { throw .EMSGSIZE }
        guard controlLength <= UInt64(Int32.max) else { throw .ENOBUFS }
    }

    func data(_ calls: FileCalls) throws(Errno) -> MessageData { MessageData(try calls.vector(vector, vectorCount)) }

    /// The message a program wants to send.
    func outgoing(_ calls: FileCalls) throws(Errno) -> OutgoingMessage {
        var message = OutgoingMessage(data: try data(calls))
        if name != 0, nameLength > 0 {
            message.address = try SocketAddress(user: name, length: min(nameLength, Int32(SocketAddress.longest)))
        }
        message.control = try controlMessages()
        return message
    }

    private func controlMessages() throws(Errno) -> [ControlMessage] {
        guard controlLength > 0 else { return [] }
        guard controlLength <= Self.mostControl else { throw .ENOBUFS }
        let bytes = try userBytes(control, Int(controlLength))
        var list: [ControlMessage] = []
        var at = 0
        while bytes.count - at >= ControlMessage.headerLength {
            guard let length = bytes.long(at: at), let level = bytes.word(at: at + 8), let type = bytes.word(at: at + 12) else {
                break
            }
            guard length >= UInt64(ControlMessage.headerLength), length <= UInt64(bytes.count - at) else { throw .EINVAL }
            let end = at + Int(length)
            list.append(ControlMessage(level: level, type: type, data: Bytes(bytes[at + ControlMessage.headerLength..<end])))
            at += (Int(length) + 7) / 8 * 8
        }
        return list
    }

    // MARK: What a receive tells

    /// Writes address, control data and flags back; installs the files that came.
    func store(_ received: ReceivedMessage, _ calls: FileCalls, asked: MessageFlags) throws(Errno) {
        defer { for file in received.files { file.descriptorRemoved() } }
        var flags = received.flags.union(asked.intersection(.closeOnExec))
        var writer = ControlWriter(address: control, room: Int(controlLength))
        for entry in received.control { try writer.add(entry) }
        try writer.add(files: received.files, to: calls.process.descriptors, cloexec: asked.contains(.closeOnExec))
        if name != 0 { try storeName(received.address) }
        if writer.isTruncated { flags.insert(.controlTruncated) }
        try userStore(flags.rawValue, to: place &+ 48)
        try userStore(UInt64(writer.used), to: place &+ 40)
    }

    private func storeName(_ address: SocketAddress?) throws(Errno) {
        let bytes = address?.bytes ?? []
        let shown = min(bytes.count, Int(nameLength))
        if shown > 0 { try userStoreBytes(Bytes(bytes[0..<shown]), to: name) }
        try userStore(UInt32(bytes.count), to: place &+ 8)
    }
}

/// Writes control messages one after the other, as many and as much of them as there is room for.
private struct ControlWriter {
    private let address: UInt64
    private let room: Int
    private(set) var used = 0
    private(set) var isTruncated = false

    init(address: UInt64, room: Int) {
        self.address = address
        self.room = address == 0 ? 0 : room
    }

    private var left: Int { room - used }

    mutating func add(_ entry: ControlMessage) throws(Errno) {
        guard left >= ControlMessage.headerLength else {
            isTruncated = true
            return
        }
        let fitting = min(entry.data.count, left - ControlMessage.headerLength)
        if fitting < entry.data.count { isTruncated = true }
        let place = address &+ UInt64(used)
        try storeHeader(place, fitting, entry.level, entry.type)
        try userStoreBytes(Bytes(entry.data[0..<fitting]), to: place &+ UInt64(ControlMessage.headerLength))
        used += min(ControlMessage.space(fitting), left)
    }

    private func storeHeader(_ place: UInt64, _ count: Int, _ level: Int32, _ type: Int32) throws(Errno) {
        try userStore(UInt64(ControlMessage.headerLength + count), to: place)
        try userStore(level, to: place &+ 8)
        try userStore(type, to: place &+ 12)
    }

    /// Gives the files numbers and writes those; what has no room, or gets no number, is closed.
    mutating func add(files: [OpenFile], to table: DescriptorTable, cloexec: Bool) throws(Errno) {
        guard !files.isEmpty else { return }
        let place = address &+ UInt64(used)
        let most = min(files.count, max(0, left - ControlMessage.headerLength) / 4)
        var count = 0
        while count < most {
            do throws(Errno) {
                let number = try table.install(files[count], cloexec: cloexec)
                do throws(Errno) { try userStore(number, to: place &+ UInt64(ControlMessage.headerLength + count * 4)) } catch {
                    try table.close(number)
                    throw error
                }
            } catch { break }
            count += 1
        }
        if count < files.count { isTruncated = true }
        guard count > 0 else { return }
        try storeHeader(place, count * 4, ControlMessage.socketLevel, ControlMessage.rights)
        used += min(ControlMessage.space(count * 4), left)
    }
}
