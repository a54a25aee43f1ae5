import Wire

/// The parts of the kernel that answer system calls, those first whose calls programs make most.
enum CallSubject: UInt8 {
    case identity, data, descriptors, paths, attributes, waiting, sockets, splicing, memory, processes, time, signals, information,
        watches

    static let count: UInt8 = 14

    /// `nil` when the number is none of its calls.
    func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64? {
        switch self {
        case .identity: return try IdentityCalls.answer(call, thread)
        case .data: return try FileCalls(call, thread).dataCall()
        case .descriptors: return try FileCalls(call, thread).descriptorCall()
        case .paths: return try FileCalls(call, thread).pathCall()
        case .attributes: return try FileCalls(call, thread).attributeCall()
        case .waiting: return try FileCalls(call, thread).waitCall()
        case .sockets: return try SocketCalls.answer(call, thread)
        case .splicing: return try SpliceCalls.answer(call, thread)
        case .memory: return try MemoryCalls.answer(call, thread)
        case .processes: return try ProcessCalls.answer(call, thread)
        case .time: return try TimeCalls.answer(call, thread)
        case .signals: return try SignalCalls.answer(call, thread)
        case .information: return try InformationCalls.answer(call, thread)
        case .watches: return try FileCalls(call, thread).watchCall()
        }
    }
}

/// Which subject answers a number: found by asking each in turn, once, and remembered.
struct CallSubjects {
    private static let numbers = 512
    /// The subject's number, or `count` while it is not known.
    private let known: UnsafeMutablePointer<UInt8>

    init() {
        known = UnsafeMutablePointer.allocate(capacity: Self.numbers)
        known.initialize(repeating: CallSubject.count, count: Self.numbers)
    }

    @inline(__always)
    func answer(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        if call.number < UInt64(Self.numbers), let subject = CallSubject(rawValue: known[Int(call.number)]) {
            if let result = try subject.answer(call, thread) { return result }
        }
        return try ask(call, thread)
    }

    @inline(never)
    private func ask(_ call: CallArguments, _ thread: Thread) throws(Errno) -> Int64 {
        for number in 0..<CallSubject.count {
            guard let subject = CallSubject(rawValue: number) else { break }
            do throws(Errno) {
                guard let result = try subject.answer(call, thread) else { continue }
                remember(subject, call.number)
                return result
            } catch {
                // Nobody refuses a number that is not its own.
                remember(subject, call.number)
                throw error
            }
        }
        throw refusal(call.number)
    }

    private func remember(_ subject: CallSubject, _ number: UInt64) {
        if number < UInt64(Self.numbers) { known[Int(number)] = subject.rawValue }
    }

    /// The error the table of calls names for a number that no subject answers.
    private func refusal(_ number: UInt64) -> Errno {
        let refusal = SystemCall.numbered(number)?.support.refusal ?? .ENOSYS
        if refusal == .ENOSYS { kernel.noteUnknown(number) }
        return Errno(code: Int32(refusal.rawValue))
    }
}
