import CEnclave
import EnclaveRuntime
import Wire

/// The host's services, each with the kernel lock given up and every result checked: no count beyond what was asked for, no errno that is none.
enum Host {
    /// Largest amount one call moves.
    static let limit = CallFrame.dataLength

    /// A result that is a count up to `most`, or a negative errno; anything else the host says becomes EIO.
    static func checked(_ result: Int64, most: Int) -> Int {
        if result >= 0 && result <= Int64(most) { return Int(result) }
        if result < 0 && result >= -4095 { return Int(result) }
        return -Int(Errno.EIO.code)
    }

    /// Wake-ups are sent first, so that nobody waits for this call.
    static func unlockedCall(_ body: (HostCallArea) -> Int64) -> Int64 {
        let thread = prepareCall()
        return finishCall(thread, body)
    }

    /// The same for a call with bytes of the program: `fill` puts them into the call area while the kernel lock is held.
    static func unlockedCall(
        filling fill: (HostCallArea) throws(Errno) -> Void, _ body: (HostCallArea) -> Int64
    ) throws(Errno) -> Int64 {
        let thread = prepareCall()
        try fill(HostCallArea())
        return finishCall(thread, body)
    }

    /// A call that may also be made on the scheduler's own stack (`idle`), where no thread is to be kept.
    static func plainCall(
        _ call: HostCall, _ a0: UInt64, _ a1: UInt64 = 0, idle: Bool, filling fill: (HostCallArea) -> Void = { _ in }
    ) -> Int64 {
        let thread = idle ? nil : prepareCall()
        fill(HostCallArea())
        guard idle else { return finishCall(thread) { $0.call(call, a0, a1) } }
        KernelLock.release()
        defer { KernelLock.acquire() }
        return HostCallArea().call(call, a0, a1, idle: true)
    }

    /// The thread whose calls are counted, where somebody observes.
    private static func prepareCall() -> Thread? {
        let thread = kernel.observing ? currentThreadIfAny() : nil
        if let thread, kernel.tracing { CallObservation.announceCall(of: thread) }
        sendPendingWakeUps()
        return thread
    }

    private static func finishCall(_ thread: Thread?, _ body: (HostCallArea) -> Int64) -> Int64 {
        KernelLock.release()
        let area = HostCallArea()
        let exitless = area.exitlessCalls
        let result = body(area)
        let isExitless = area.exitlessCalls != exitless
        KernelLock.acquire()
        thread?.hostCalls.add(isExitless: isExitless)
        if HostSignals.areAnnounced { KernelWork.note() }
        return result
    }

    /// Exactly `count` bytes of a tree's index, or false.
    static func fetchIndex(_ tree: TreeNumber, offset: UInt64, into: UnsafeMutableRawPointer, count: Int) -> Bool {
        guard count <= limit else { return false }
        let result = unlockedCall { area in
            let n = area.call(.fetchIndex, offset, UInt64(count), UInt64(tree.rawValue))
            if n == Int64(count) { area.read(into: into, count: count) }
            return n
        }
        return result == Int64(count)
    }

    /// Bytes of a file of a tree; the count, or a negative errno.
    ///
    /// Not verified yet.
    static func fetchFile(
        _ tree: TreeNumber, inode: UInt32, path: Bytes, offset: UInt64, into: UnsafeMutableRawPointer, count: Int
    ) -> Int {
        guard path.count <= 4096 else { return -Int(Errno.ENAMETOOLONG.code) }
        let asked = min(count, limit)
        let object = UInt64(inode) | UInt64(tree.rawValue) << 32
        var result = 0
        _ = unlockedCall { area in
            area.write(path)
            result = checked(area.call(.fetchFile, offset, UInt64(asked), object, UInt64(path.count)), most: asked)
            if result > 0 { area.read(into: into, count: result) }
            return 0
        }
        return result
    }

    /// Reads what is there, without waiting, into the call area; the result is not checked.
    static func readStream(_ stream: Int, count: Int) -> Int64 {
        unlockedCall { $0.call(.readStream, UInt64(stream), UInt64(count), 1) }
    }

    /// Writes what there is room for, without waiting; the result is not checked.
    static func writeStream(_ stream: Int, _ buffer: IOBuffer, from start: Int, count: Int) throws(Errno) -> Int64 {
        try unlockedCall(filling: { (area) throws(Errno) in try buffer.copyIn(to: area, at: 0, count, from: start) }) {
            $0.call(.writeStream, UInt64(stream), UInt64(count), 1)
        }
    }

    /// What a stream is ready for, which events tell of from here on; `nil` where that cannot be had.
    static func watchStream(_ stream: Int) -> PollEvents? {
        let result = unlockedCall { $0.call(.watchStream, UInt64(stream)) }
        return result < 0 ? nil : HostNetwork.events(UInt32(truncatingIfNeeded: result))
    }

    static func streamInformation(_ stream: Int) -> StreamInformation? {
        var bytes: Bytes = []
        let result = unlockedCall { area in
            let n = area.call(.streamInformation, UInt64(stream))
            if n >= 0 { bytes = area.read(count: StreamInformation.byteCount) }
            return n
        }
        guard result >= 0 else { return nil }
        do throws(WireError) { return try StreamInformation(decoding: bytes) } catch { return nil }
    }

    /// A terminal request whose argument is `count` bytes, in and out.
    static func terminal(_ stream: Int, request: UInt64, buffer: UnsafeMutableRawPointer, count: Int) -> Int {
        var result = 0
        _ = unlockedCall { area in
            area.write(UnsafeRawPointer(buffer), count: count)
            result = checked(area.call(.terminal, UInt64(stream), request, UInt64(count)), most: 0)
            if result == 0 { area.read(into: buffer, count: count) }
            return 0
        }
        return result
    }

    static func log(_ level: LogLevel, _ text: Bytes) {
        guard level <= kernel.logLevel else { return }
        let count = min(text.count, 8192)
        _ = unlockedCall { area in
            area.write(text.count == count ? text : Bytes(text[0..<count]))
            return area.call(.log, UInt64(level.rawValue), UInt64(count))
        }
    }

    static func quoteTargetInfo() -> Bytes? {
        var answer: Bytes?
        _ = unlockedCall { area in
            let n = area.call(.quoteTargetInfo)
            if n == 512 { answer = area.read(count: 512) }
            return n
        }
        return answer
    }

    static func quote(report: Bytes) -> Bytes? {
        var answer: Bytes?
        _ = unlockedCall { area in
            area.write(report)
            let n = area.call(.quote, UInt64(report.count))
            if n > 0 && n <= 65536 { answer = area.read(count: Int(n)) }
            return n
        }
        return answer
    }

    static func clock() -> ClockReading? {
        var bytes: Bytes = []
        let result = unlockedCall { area in
            let n = area.call(.clock)
            if n >= 0 { bytes = area.read(count: ClockReading.byteCount) }
            return n
        }
        guard result >= 0 else { return nil }
        do throws(WireError) {
            var reader = ByteReader(bytes)
            return try ClockReading(from: &reader)
        } catch { return nil }
    }

    static func exited(_ report: ExitReport) {
        let bytes = report.encoded()
        _ = unlockedCall { area in
            area.write(bytes)
            return area.call(.exited, UInt64(bytes.count))
        }
    }
}
