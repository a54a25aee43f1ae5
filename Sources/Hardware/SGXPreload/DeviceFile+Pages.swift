import CSGXPreload
import Glibc
import Linux
import SGX
import SoftSGX

/// The ioctls that work on ranges of pages, in pieces: between two of them signals have their turn.
extension DeviceFile {
    private static let measuredPiece: UInt64 = 64 * 4096
    private static let changedPiece: UInt64 = 1024 * 4096

    private func checkRange(_ enclave: SoftEnclave, _ offset: UInt64, _ length: UInt64) throws(Refusal) {
        let (end, overflow) = offset.addingReportingOverflow(length)
        guard offset % 4096 == 0, length > 0, length % 4096 == 0, !overflow, end <= enclave.secs.size else {
            throw Refusal(EINVAL)
        }
    }

    /// struct sgx_enclave_add_pages: source, offset, length, SECINFO, flags, count.
    func addPages(_ argument: UInt64, _ done: inout UInt64) throws(Refusal) -> Int {
        guard let enclave, !enclave.isInitialised else { throw Refusal(EINVAL) }
        var words = try ProgramMemory.words(argument, 6)
        guard words[0] % 4096 == 0 else { throw Refusal(EINVAL) }
        try checkRange(enclave, words[1], words[2])
        let secinfo = try Self.pageInformation(try ProgramMemory.bytes(words[3], SECINFO.byteCount))
        var refused: Refusal?
        // A run of several TCS pages is not refused as a whole.
        let piece = secinfo.pageType == .tcs ? 4096 : min(words[2] - done, Self.measuredPiece)
        do throws(Refusal) {
            try addPiece(enclave, words[0] &+ done, words[1] + done, piece, secinfo, words[4] & 1 != 0, &done)
        } catch {
            refused = error
        }
        if refused == nil, done < words[2] { return Int(PRELOAD_AGAIN) }
        words[5] = done
        try ProgramMemory.store(words, at: argument)
        if let refused { throw refused }
        return 0
    }

    /// The driver's own look at SECINFO.
    static func pageInformation(_ bytes: [UInt8]) throws(Refusal) -> SECINFO {
        let secinfo: SECINFO
        do throws(SGXError) { secinfo = try SECINFO(parsing: bytes) } catch { throw Refusal(EINVAL) }
        let flags = secinfo.flags
        guard flags.rawValue & 0xf8 == 0 else { throw Refusal(EINVAL) }
        guard secinfo.pageType == .regular || secinfo.pageType == .tcs else { throw Refusal(EINVAL) }
        if flags.contains(.write), !flags.contains(.read) { throw Refusal(EINVAL) }
        if secinfo.pageType == .tcs, !flags.isDisjoint(with: .rights) { throw Refusal(EINVAL) }
        return secinfo
    }

    /// All at once; where that is refused page by page, so that those before the refused one are there and counted.
    private func addPiece(
        _ enclave: SoftEnclave, _ source: UInt64, _ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO, _ measured: Bool,
        _ done: inout UInt64
    ) throws(Refusal) {
        do throws(Refusal) {
            try addRun(enclave, source, offset, length, secinfo, measured)
            done += length
            return
        } catch {
            if length == 4096 { throw error }
        }
        for page in stride(from: UInt64(0), to: length, by: 4096) {
            try addRun(enclave, source + page, offset + page, 4096, secinfo, measured)
            done += 4096
        }
    }

    private func addRun(
        _ enclave: SoftEnclave, _ source: UInt64, _ offset: UInt64, _ length: UInt64, _ secinfo: SECINFO, _ measured: Bool
    ) throws(Refusal) {
        if !(knownSource.contains(source) && source + length <= knownSource.upperBound) {
            knownSource = try SourceMemory.run(around: source)
        }
        try Refusal.check(preload_probe(source, Int(length)))
        let bytes = UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: UInt(source)), count: Int(length))
        try Refusal.translating { () throws(SoftSGXError) in
            try enclave.addPages(.bytes(bytes), at: offset, secinfo, measured: measured)
        }
    }

    enum Change { case restrictPermissions, modifyTypes, remove }

    /// struct sgx_enclave_{restrict_permissions,modify_types,remove_pages}: offset, length, then what to, result, count; the last
    /// has only the count.
    func changePages(_ argument: UInt64, _ change: Change, _ done: inout UInt64) throws(Refusal) -> Int {
        guard let enclave, enclave.isInitialised else { throw Refusal(EINVAL) }
        var words = try ProgramMemory.words(argument, change == .remove ? 3 : 5)
        try checkRange(enclave, words[0], words[1])
        if change == .restrictPermissions {
            guard words[2] & ~7 == 0, words[2] & 3 != 2 else { throw Refusal(EINVAL) }
        } else if change == .modifyTypes {
            guard words[2] & ~0xff == 0 else { throw Refusal(EINVAL) }
        }
        guard words[(change == .remove ? 2 : 3)...].allSatisfy({ $0 == 0 }) else { throw Refusal(EINVAL) }
        var progress = PageProgress()
        var refused: Refusal?
        do throws(Refusal) {
            let piece = min(words[1] - done, Self.changedPiece)
            try perform(change, enclave, words[0] + done, piece, words[2], &progress)
        } catch {
            refused = error
        }
        done += progress.bytes
        if refused == nil, done < words[1] { return Int(PRELOAD_AGAIN) }
        if change != .remove { words[3] = progress.result }
        words[words.count - 1] = done
        try ProgramMemory.store(words, at: argument)
        if let refused { throw refused }
        return 0
    }

    private func perform(
        _ change: Change, _ enclave: SoftEnclave, _ offset: UInt64, _ length: UInt64, _ target: UInt64,
        _ progress: inout PageProgress
    ) throws(Refusal) {
        do throws(SoftSGXError) {
            switch change {
            case .restrictPermissions:
                let rights = MemoryRights(rawValue: Int32(truncatingIfNeeded: target))
                try enclave.restrictPermissions(offset, length, to: rights, progress: &progress)
            case .modifyTypes:
                let type = SECINFO.PageType(rawValue: UInt8(truncatingIfNeeded: target))
                guard let type, type == .tcs || type == .trimmed else {
                    throw .invalid("a page becomes a TCS or is trimmed, nothing else")
                }
                try enclave.modifyTypes(offset, length, to: type, progress: &progress)
            case .remove:
                try enclave.removePages(offset, length, progress: &progress)
            }
        } catch {
            throw Refusal(error.errno)
        }
    }
}
