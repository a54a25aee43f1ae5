/// One action of rt_sigaction, as the kernel's structure holds it.
struct SignalAction {
    /// 0 is the default, 1 is to ignore.
    var handler: UInt64 = 0
    var flags: UInt64 = 0
    var restorer: UInt64 = 0
    var mask: UInt64 = 0

    static let noChildStop: UInt64 = 1
    static let withInformation: UInt64 = 4
    static let onStack: UInt64 = 0x0800_0000
    static let restart: UInt64 = 0x1000_0000
    static let noDefer: UInt64 = 0x4000_0000
    static let resetHandler: UInt64 = 0x8000_0000
}

/// What goes with a signal into siginfo_t.
struct SignalInformation {
    var signal: Int32
    var code: Int32 = 0
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var address: UInt64 = 0
    var value: UInt64 = 0
    var isFault = false

    /// siginfo_t, 128 bytes.
    var bytes: Bytes {
        var out = Bytes(repeating: 0, count: 128)
        out.withUnsafeMutableBytes { raw in
            raw.storeBytes(of: signal, toByteOffset: 0, as: Int32.self)
            raw.storeBytes(of: code, toByteOffset: 8, as: Int32.self)
            if isFault {
                raw.storeBytes(of: address, toByteOffset: 16, as: UInt64.self)
            } else {
                raw.storeBytes(of: pid, toByteOffset: 16, as: Int32.self)
                raw.storeBytes(of: uid, toByteOffset: 20, as: UInt32.self)
                raw.storeBytes(of: value, toByteOffset: 24, as: UInt64.self)
            }
        }
        return out
    }
}

struct ProcessSignals {
    var actions = [SignalAction](repeating: SignalAction(), count: 65)
    var pending: [SignalInformation] = []
}

struct ThreadSignals {
    var mask: UInt64 = 0
    /// The mask to put back after rt_sigsuspend, ppoll and their kind.
    var savedMask: UInt64?
    var pending: [SignalInformation] = []
    var stackPointer: UInt64 = 0
    var stackSize: UInt64 = 0
    /// SS_DISABLE (2) at first.
    var stackFlags: UInt32 = 2
}

enum Signal {
    static let kill: Int32 = 9
    static let segmentation: Int32 = 11
    static let pipe: Int32 = 13
    static let alarm: Int32 = 14
    static let stop: Int32 = 19
    static let illegal: Int32 = 4
    static let trap: Int32 = 5
    static let bus: Int32 = 7
    static let floatingPoint: Int32 = 8

    static func bit(_ signal: Int32) -> UInt64 { signal >= 1 && signal <= 64 ? 1 << UInt64(signal - 1) : 0 }

    /// SIGKILL and SIGSTOP: never blocked, never caught.
    static let unblockable: UInt64 = 1 << 8 | 1 << 18

    /// What the default action is to do nothing: CHLD, CONT, URG, WINCH; and the stops, since nobody could continue the program.
    static func isIgnoredByDefault(_ signal: Int32) -> Bool {
        switch signal {
        case 17, 18, 23, 28, 19, 20, 21, 22: return true
        default: return false
        }
    }
}

extension Thread {
    private func isDeliverable(_ information: SignalInformation) -> Bool {
        if Signal.bit(information.signal) & signals.mask & ~Signal.unblockable != 0 { return false }
        let handler = process.signals.actions[Int(information.signal)].handler
        return !(handler == 1 || (handler == 0 && Signal.isIgnoredByDefault(information.signal)))
    }

    /// Whether a wait has to end: a signal would be delivered, or the process ends.
    var isInterrupted: Bool {
        if isToEnd { return true }
        for information in signals.pending where isDeliverable(information) { return true }
        for information in process.signals.pending where isDeliverable(information) { return true }
        return false
    }

    /// Takes the next signal that is not blocked, its own first.
    func takeSignal() -> SignalInformation? {
        if let index = signals.pending.firstIndex(where: { Signal.bit($0.signal) & signals.mask & ~Signal.unblockable == 0 }) {
            return signals.pending.remove(at: index)
        }
        if let index = process.signals.pending.firstIndex(where: { Signal.bit($0.signal) & signals.mask & ~Signal.unblockable == 0 }
        ) {
            return process.signals.pending.remove(at: index)
        }
        return nil
    }

    /// Sends this thread a signal of the kernel's own.
    func raise(_ signal: Int32) { raise(SignalInformation(signal: signal, code: 0x80)) }

    func raise(_ information: SignalInformation) {
        // A standard signal that is pending already is one signal.
        if information.signal < 32, signals.pending.contains(where: { $0.signal == information.signal }) { return }
        signals.pending.append(information)
        guard isInterrupted else { return }
        if state == .running && self !== currentThreadIfAny() { Scheduler.interruptRunning() } else { Scheduler.wake(self) }
    }
}

extension Process {
    /// Sends the process a signal: the first thread that does not block it will take it.
    func raise(_ information: SignalInformation) {
        if information.signal < 32, signals.pending.contains(where: { $0.signal == information.signal }) { return }
        signals.pending.append(information)
        // One that waits is the quickest to take it; one that computes has to be interrupted.
        for thread in threads where thread.state == .blocked && thread.isInterrupted {
            Scheduler.wake(thread)
            return
        }
        let current = currentThreadIfAny()
        for thread in threads where thread.state == .running && thread !== current && thread.isInterrupted {
            Scheduler.interruptRunning()
            return
        }
    }
}
