import Wire

/// The call a thread is in, as traces and profiles see it; made only while one of them is on.
struct CallObservation {
    private let call: CallArguments
    private let began = Clock.monotonic()
    private let ranBefore: UInt64
    private let hostCallsBefore: HostCallCount
    private var isAnnounced = false
    /// What its arguments pointed to at the entry.
    private var texts: [TraceRecord.Text] = []

    private init(_ call: CallArguments, _ thread: Thread) {
        self.call = call
        ranBefore = thread.ran
        hostCallsBefore = thread.hostCalls
        if kernel.traceRule == .arguments { texts = TraceTexts.ofEntry(call) }
    }

    /// Calls after which the thread, or its program, is no longer there to say how they ended.
    private var neverReturns: Bool { call.number == 60 || call.number == 231 || call.number == 15 }

    static func begin(_ call: CallArguments, _ thread: Thread) {
        var observation = CallObservation(call, thread)
        if observation.neverReturns {
            if kernel.tracing { observation.announce(thread) }
            if kernel.profiling {
                CallProfile.add(call.number, failed: false, nanoseconds: 0, waited: 0, hostCalls: HostCallCount())
            }
            return thread.observation = nil
        }
        thread.observation = observation
    }

    /// The thread is about to wait, or to ask the host: whoever follows the trace shall see for what.
    static func announceCall(of thread: Thread) {
        guard thread.observation?.isAnnounced == false else { return }
        thread.observation?.announce(thread)
    }

    private mutating func announce(_ thread: Thread) {
        isAnnounced = true
        var record = TraceRecord(kind: .begun, thread: UInt32(bitPattern: thread.id), time: began, number: call.number)
        addArguments(to: &record)
        TraceBuffer.append(record)
    }

    static func end(_ result: Int64, _ thread: Thread) {
        guard let observation = thread.observation else { return }
        thread.observation = nil
        let now = Clock.monotonic()
        if kernel.tracing { observation.traceEnd(result, thread) }
        guard kernel.profiling else { return }
        let lasted = now &- observation.began
        let ran = thread.ran &- observation.ranBefore
        CallProfile.add(
            observation.call.number, failed: result < 0, nanoseconds: lasted, waited: lasted - min(ran, lasted),
            hostCalls: thread.hostCalls.since(observation.hostCallsBefore))
    }

    private func traceEnd(_ result: Int64, _ thread: Thread) {
        var record = TraceRecord(kind: .ended, thread: UInt32(bitPattern: thread.id), time: began, number: call.number)
        record.result = result
        addArguments(to: &record)
        if kernel.traceRule == .arguments, result >= 0 { record.texts += TraceTexts.ofResult(call) }
        TraceBuffer.append(record)
    }

    private func addArguments(to record: inout TraceRecord) {
        guard kernel.traceRule == .arguments else { return }
        record.values = [call.a0, call.a1, call.a2, call.a3, call.a4, call.a5]
        record.texts = texts
    }

    /// A signal reaches a thread.
    static func signal(_ information: SignalInformation, _ thread: Thread) {
        var record = TraceRecord(
            kind: .signal, thread: UInt32(bitPattern: thread.id), time: Clock.monotonic(),
            number: UInt64(truncatingIfNeeded: information.signal))
        record.result = Int64(information.code)
        TraceBuffer.append(record)
    }
}
