import CSGXPreload
import Glibc
import Linux
import SGX
import SoftSGX

/// The driver from before Linux had one: /dev/isgx.
///
/// One descriptor serves any number of enclaves; what is mapped with it, a power of two in size and aligned to that, is the ELRANGE
/// of the enclave that is created there next. Enclaves are named by addresses in the ioctls, and end with their mapping.
extension DeviceTable {
    enum OldCommand {
        static let create: UInt64 = 0x4008_a400
        static let addPage: UInt64 = 0x401a_a401
        static let initialise: UInt64 = 0x4018_a402
        static let restrictPermissions: UInt64 = 0x4018_a409
        static let makeTCS: UInt64 = 0x4010_a40a
        static let trim: UInt64 = 0x4010_a40b
        static let acceptTrimmed: UInt64 = 0x4010_a40c
        static let removePage: UInt64 = 0x4008_a40d
    }

    /// mmap with such a descriptor: addresses, and nothing there until an enclave is created.
    mutating func mapRange(
        at address: UInt64, _ length: UInt64, rights: Int32, mayWrite: Bool, fixed: Bool, flags: Int32
    ) throws(Refusal) -> Int {
        guard length >= 8192, length.nonzeroBitCount == 1 else { throw Refusal(EINVAL) }
        let start = try fixed ? address : reserveAligned(address, length, flags)
        guard start % length == 0 else { throw Refusal(EINVAL) }
        if fixed {
            guard start < 1 << 47, length <= (1 << 47) - 4096 - start else { throw Refusal(ENOMEM) }
            cover(start, length)
            try Refusal.check(preload_reserve(start, length))
        }
        let range = DeviceFile(PRELOAD_ISGX_RANGE)
        guard add(range, preload_file()) else {
            preload_unmap(start, length)
            throw Refusal(ENFILE)
        }
        range.reserve(MappedRanges.Run(start: start, end: start + length, rights: rights, mayWrite: mayWrite))
        publishRanges()
        return Int(start)
    }

    private func reserveAligned(_ hint: UInt64, _ length: UInt64, _ flags: Int32) throws(Refusal) -> UInt64 {
        let found = UInt64(try Refusal.check(preload_find_addresses(hint, 2 * length, flags)))
        let start = (found + length - 1) & ~(length - 1)
        if start > found { preload_unmap(found, start - found) }
        if start < found + length { preload_unmap(start + length, found + length - start) }
        return start
    }

    func controlOld(_ command: UInt64, _ argument: UInt64) throws(Refusal) -> Int {
        switch command {
        case OldCommand.create: try createOld(argument)
        case OldCommand.addPage: try addPageOld(argument)
        case OldCommand.initialise: return try initialiseOld(argument)
        case OldCommand.restrictPermissions, OldCommand.makeTCS, OldCommand.trim, OldCommand.acceptTrimmed, OldCommand.removePage:
            try changeOld(command, argument)
        default: throw Refusal(ENOTTY)
        }
        return 0
    }

    private func createOld(_ argument: UInt64) throws(Refusal) {
        let secs = try ProgramMemory.bytes(try ProgramMemory.words(argument, 1)[0], SECS.byteCount)
        let (size, base) = secs.withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        let range = open.first { file in
            guard file.kind == PRELOAD_ISGX_RANGE, file.enclave == nil, file.mapped.runs.count == 1 else { return false }
            return file.mapped.runs[0].start == base && file.mapped.runs[0].end == base &+ size
        }
        guard let range else { throw Refusal(EINVAL) }
        var identity = preload_file()
        let made = Int32(try Refusal.check(preload_make_file("isgx", O_RDWR | O_CLOEXEC, &identity)))
        let file = FileDescriptor(owning: made)
        try range.create(secs, file.raw)
    }

    /// The enclave that is created around an address.
    private func range(at address: UInt64) throws(Refusal) -> (DeviceFile, SoftEnclave, offset: UInt64) {
        for file in open where file.kind == PRELOAD_ISGX_RANGE {
            guard let enclave = file.enclave, address &- enclave.secs.baseAddress < enclave.secs.size else { continue }
            return (file, enclave, address - enclave.secs.baseAddress)
        }
        throw Refusal(EINVAL)
    }

    /// Packed: address, source, SECINFO, and 16 bits that say which 256 bytes are measured.
    private func addPageOld(_ argument: UInt64) throws(Refusal) {
        let bytes = try ProgramMemory.bytes(argument, 26)
        let (words, mask) = bytes.withUnsafeBytes { bytes in
            (
                [0, 8, 16].map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) },
                bytes.loadUnaligned(fromByteOffset: 24, as: UInt16.self)
            )
        }
        guard words[0] % 4096 == 0 else { throw Refusal(EINVAL) }
        let information = try ProgramMemory.bytes(words[2], SECINFO.byteCount)
        let (file, enclave, offset) = try range(at: words[0])
        let page = try ProgramMemory.bytes(words[1], 4096)
        // Pages that are measured in part are something no tool has ever made.
        guard !enclave.isInitialised, mask == 0 || mask == 0xffff else { throw Refusal(EINVAL) }
        let secinfo = try DeviceFile.pageInformation(information)
        var refused: Refusal?
        page.withUnsafeBytes { page in
            do throws(SoftSGXError) {
                try enclave.addPages(.bytes(page), at: offset, secinfo, measured: mask != 0)
            } catch {
                refused = Refusal(error.errno == EBUSY ? EEXIST : error.errno)
            }
        }
        if let refused { throw refused }
        file.pageAppeared(offset)
    }

    /// Address, SIGSTRUCT, EINITTOKEN; gives EINIT's own code.
    private func initialiseOld(_ argument: UInt64) throws(Refusal) -> Int {
        let words = try ProgramMemory.words(argument, 3)
        let signature = try ProgramMemory.bytes(words[1], SIGSTRUCT.byteCount)
        let ticket = try ProgramMemory.bytes(words[2], EINITTOKEN.byteCount)
        let (_, enclave, _) = try range(at: words[0])
        guard !enclave.isInitialised else { throw Refusal(EINVAL) }
        let (sigstruct, token): (SIGSTRUCT, EINITTOKEN)
        do throws(SGXError) {
            // As an operand: EINIT looks at reserved bits only of a token that says VALID, and after the signature.
            (sigstruct, token) = (try SIGSTRUCT(parsing: signature), try EINITTOKEN(operand: ticket))
        } catch {
            return Int(SGXErrorCode.invalidSigStruct.rawValue)
        }
        // These drivers leave it to EINIT whether a launch enclave may run.
        enclave.launchKeyAllowed = true
        // Whoever issued the token has decided about provisioning.
        if token.isValid { enclave.provisioningAllowed = true }
        do throws(SoftSGXError) {
            try enclave.initialise(sigstruct, token: token)
        } catch {
            if case .launch(let code) = error { return Int(code.rawValue) }
            throw Refusal(error.errno)
        }
        return 0
    }

    /// Address and number of pages, then new rights; or an address only.
    private func changeOld(_ command: UInt64, _ argument: UInt64) throws(Refusal) {
        let count = command == OldCommand.removePage ? 1 : command == OldCommand.restrictPermissions ? 3 : 2
        let words = try ProgramMemory.words(argument, count)
        let pages = count == 1 ? 1 : words[1] & 0xffff_ffff
        let (_, enclave, offset) = try range(at: words[0])
        guard enclave.isInitialised, offset % 4096 == 0, pages > 0 else { throw Refusal(EINVAL) }
        var progress = PageProgress()
        do throws(SoftSGXError) {
            switch command {
            case OldCommand.restrictPermissions:
                let rights = MemoryRights(rawValue: Int32(words[2] & 7))
                try enclave.restrictPermissions(offset, pages * 4096, to: rights, progress: &progress)
            case OldCommand.makeTCS: try enclave.modifyTypes(offset, pages * 4096, to: .tcs, progress: &progress)
            case OldCommand.trim: try enclave.modifyTypes(offset, pages * 4096, to: .trimmed, progress: &progress)
            default: try enclave.removePages(offset, pages * 4096, progress: &progress)
            }
        } catch {
            throw Refusal(error.errno)
        }
    }
}
