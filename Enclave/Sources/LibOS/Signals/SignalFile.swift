/// A signalfd: the signals of a set that are pending for whoever reads, as records of 128 bytes.
final class SignalFile: OpenFile {
    private var set: UInt64
    private let process: Process
    private static let recordLength = 128

    init(set: UInt64, flags: UInt32, _ process: Process) {
        self.set = set
        self.process = process
        let node = AnonymousNode(AnonymousFileSystem.others, kind: .anonymous)
        super.init(
            node: node, path: Bytes(text: "anon_inode:[signalfd]"), flags: OpenFlags.readWrite | flags & OpenFlags.nonBlocking)
    }

    override func read(_ buffer: IOBuffer) throws(Errno) -> Int {
        guard buffer.count >= Self.recordLength else { throw .EINVAL }
        let thread = currentThread
        var done = 0
        while buffer.count - done >= Self.recordLength {
            if let information = thread.take(from: set) {
                try copyOut(information, buffer, at: done)
                done += Self.recordLength
            } else if done > 0 {
                break
            } else {
                guard !isNonBlocking else { throw .EAGAIN }
                try block(on: [thread.process.signals.arrivals], until: nil)
            }
        }
        return done
    }

    override func seek(_ offset: Int64, whence: Int32) throws(Errno) -> Int64 { 0 }

    override func write(_ buffer: IOBuffer) throws(Errno) -> Int { throw .EINVAL }

    private func copyOut(_ information: SignalInformation, _ buffer: IOBuffer, at offset: Int) throws(Errno) {
        let record = KernelBuffer(count: Self.recordLength)
        zeroMemory(record.bytes, record.count)
        Self.fill(record.bytes, with: information)
        try buffer.copyOut(record.bytes, record.count, at: offset)
    }

    /// `struct signalfd_siginfo`: the fields of siginfo_t that its code says are there.
    private static func fill(_ record: UnsafeMutableRawPointer, with information: SignalInformation) {
        func put(_ value: UInt64, _ offset: Int) { record.storeBytes(of: value, toByteOffset: offset, as: UInt64.self) }
        func put(_ value: UInt32, _ offset: Int) { record.storeBytes(of: value, toByteOffset: offset, as: UInt32.self) }
        put(UInt32(bitPattern: information.signal), 0)
        put(UInt32(bitPattern: information.errorNumber), 4)
        put(UInt32(bitPattern: information.code), 8)
        let low = UInt32(truncatingIfNeeded: information.words.0)
        let high = UInt32(truncatingIfNeeded: information.words.0 >> 32)
        if information.code == SignalInformation.fromTimer {
            put(low, 24)
            put(high, 32)
        } else if Signal.bit(information.signal) & Signal.synchronous != 0, information.code > 0 {
            put(information.words.0, 72)
            return
        } else {
            put(low, 12)
            put(high, 16)
        }
        put(UInt32(truncatingIfNeeded: information.words.1), 44)
        put(information.words.1, 48)
    }

    // MARK: Waiting

    override func readiness() -> PollEvents {
        let thread = currentThread
        let pending = thread.signals.pending.bits | thread.process.signals.pending.bits
        return pending & set != 0 ? [.readable] : []
    }

    override var waitQueues: [WaitQueue] { [process.signals.arrivals] }
    override var isPollable: Bool { true }

    /// Another set: who waits looks again.
    func replace(set: UInt64) {
        self.set = set
        process.signals.arrivals.wakeAll()
    }
}

extension SignalCalls {
    /// signalfd and signalfd4.
    static func signalFile(_ call: CallArguments, flags: UInt32, _ thread: Thread) throws(Errno) -> Int64 {
        guard call.a2 == 8 else { throw .EINVAL }
        let set = try userLoad(call.a1, as: UInt64.self) & ~Signal.unblockable
        guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking) == 0 else { throw .EINVAL }
        let descriptor = Int32(truncatingIfNeeded: call.a0)
        if descriptor == -1 {
            let file = SignalFile(set: set, flags: flags, thread.process)
            return Int64(try thread.process.descriptors.install(file, cloexec: flags & OpenFlags.closeOnExec != 0))
        }
        let open = try thread.process.descriptors.get(descriptor)
        guard !open.isPathOnly else { throw .EBADF }
        guard let file = open as? SignalFile else { throw .EINVAL }
        file.replace(set: set)
        return Int64(descriptor)
    }
}
