import CLinux
import CSoftSGX
import EnclaveCrypto
import Glibc
import Linux
import SGX

/// An enclave of the software SGX, with the steps of the kernel's driver: create, add pages, initialise, map; then threads attach.
///
/// Everything up to `initialise` and `map` is done by one thread; afterwards nothing here changes but what the C processor keeps
/// by atomic operations, so any thread may hold a reference: hence unchecked Sendable.
package final class SoftEnclave: @unchecked Sendable {
    package let secs: SECS
    private let range: Mapping
    private let epcm: Mapping
    private let tcsTable: Mapping
    private let record: Mapping
    private var measurement: Measurement
    /// Executable runs, still writable, for the sites that are rewritten after EINIT.
    private var executable: [Range<UInt64>] = []
    package private(set) var patchedSites = 0
    /// Off: every ENCLU traps, as in an enclave that does not follow our convention.
    package var rewritesENCLU = true

    /// ECREATE: checks the SECS, reserves ELRANGE and the gate page above it.
    package init(creating secs: SECS, rootKey: borrowing MachineRootKey) throws(SoftSGXError) {
        if let obstacle = SoftwareProcessor.obstacle { throw .unsupported(obstacle) }
        let xsaveBytes = try SECSRules.check(secs)
        self.secs = secs
        measurement = Measurement.ecreate(ssaFrameSize: secs.ssaFrameSize, size: secs.size)
        range = try Self.reserve(secs)
        let pages = secs.size / UInt64(SOFTSGX_PAGE)
        do throws(SystemCallError) {
            epcm = try Mapping(bytes: pages * 4)
            tcsTable = try Mapping(bytes: UInt64(SOFTSGX_MOST_TCS) * UInt64(MemoryLayout<softsgx_tcs>.size))
            record = try Mapping(bytes: UInt64(MemoryLayout<softsgx_enclave>.size))
        } catch {
            throw .system(error)
        }
        enclave.pointee.base = secs.baseAddress
        enclave.pointee.size = secs.size
        enclave.pointee.epcm = epcm.pointer.assumingMemoryBound(to: UInt32.self)
        enclave.pointee.tcs = tcsTable.pointer.assumingMemoryBound(to: softsgx_tcs.self)
        enclave.pointee.ssa_frame_bytes = secs.ssaFrameSize * UInt32(SOFTSGX_PAGE)
        enclave.pointee.xfrm = secs.attributes.xfrm.rawValue
        enclave.pointee.xsave_bytes = xsaveBytes
        enclave.pointee.misc_select = secs.miscSelect.rawValue
        rootKey.withBytes { key in withUnsafeMutableBytes(of: &enclave.pointee.root_key) { $0.copyBytes(from: key) } }
        withUnsafeMutableBytes(of: &enclave.pointee.report_key_id) { bytes in
            if let base = bytes.baseAddress { _ = cl_random(base, bytes.count) }
        }
    }

    deinit {
        withUnsafeMutableBytes(of: &enclave.pointee.root_key) { ConstantTime.erase($0) }
    }

    private var enclave: UnsafeMutablePointer<softsgx_enclave> {
        record.pointer.assumingMemoryBound(to: softsgx_enclave.self)
    }

    package var isInitialised: Bool { enclave.pointee.initialised != 0 }

    /// MRENCLAVE of the pages added so far.
    package var mrEnclave: Digest { measurement.finalize() }

    /// EADD, and EEXTEND of every 256 bytes when `measured`.
    package func addPages(
        _ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool
    ) throws(SoftSGXError) {
        let length = source.byteCount
        guard !isInitialised else { throw .invalid("pages are added before the enclave is initialised, not after") }
        try SECINFORules.check(secinfo)
        guard offset % 4096 == 0, length > 0, length % 4096 == 0, offset < secs.size, length <= secs.size - offset else {
            throw .invalid("\(length) bytes at offset \(offset) are not whole pages inside the enclave")
        }
        guard secs.baseAddress + offset >= range.address else {
            throw .invalid("offset \(offset) lies below what the kernel lets a process map (vm.mmap_min_addr)")
        }
        switch (secinfo.pageType, source) {
        case (.tcs, .bytes(let pages)): try addTCS(pages, at: offset)
        case (.tcs, .zeros): throw .invalid("a TCS page without contents")
        case (_, .bytes(let pages)): try addRegular(pages, at: offset, secinfo)
        case (_, .zeros(let pages)): try enterEPCM(offset, pages, secinfo)
        }
        measure(source, at: offset, secinfo, measured)
    }

    /// EINIT: the hardware's checks and codes, then the rewriting of ENCLU sites in executable pages.
    package func initialise(_ sigstruct: SIGSTRUCT) throws(SoftSGXError) {
        guard !isInitialised else { throw .invalid("the enclave is initialised already") }
        let flags = secs.attributes.flags
        guard flags.isDisjoint(with: [.provisionKey, .einitTokenKey]) else {
            throw .denied("PROVISIONKEY and EINITTOKEN_KEY are for enclaves of the platform only")
        }
        var candidate = secs
        candidate.mrEnclave = mrEnclave
        do throws(SGXErrorCode) { try sigstruct.accepts(candidate) } catch { throw .launch(error) }
        let identity = EnclaveIdentity(
            secs: sigstruct.initialized(candidate), isvFamilyID: sigstruct.isvFamilyID,
            isvExtProdID: sigstruct.isvExtProdID, cpuSVN: SoftwareProcessor.cpuSVN)
        enclave.pointee.identity = identity.cValue
        enclave.pointee.initialised = 1
        try makeGate()
    }

    /// Maps pages with rights, none of which SECINFO denied them; a run may span several additions.
    package func map(_ offset: UInt64, _ length: UInt64, _ rights: MemoryRights) throws(SoftSGXError) {
        guard offset % 4096 == 0, length % 4096 == 0, offset < secs.size, length <= secs.size - offset else {
            throw .invalid("\(length) bytes at offset \(offset) are not whole pages inside the enclave")
        }
        // The EPCM's right bits are R 1, W 2, X 4: the same as PROT_*.
        let wanted = UInt32(rights.rawValue) | UInt32(SOFTSGX_EPCM_VALID)
        let first = Int(offset / 4096)
        for page in first..<first + Int(length / 4096) where enclave.pointee.epcm[page] & wanted != wanted {
            throw .denied("page 0x\(String(page * 4096, radix: 16)) is mapped with more rights than its SECINFO gives it")
        }
        do throws(SystemCallError) {
            try rights.apply(to: secs.baseAddress + offset, bytes: length)
        } catch {
            throw .system(error)
        }
    }

    /// Binds the calling thread, which alone may use and end the binding.
    package func attach() throws(SoftSGXError) -> SoftThread { try SoftThread(attaching: enclave, of: self) }

    private static func reserve(_ secs: SECS) throws(SoftSGXError) -> Mapping {
        let end = secs.baseAddress + secs.size + UInt64(SOFTSGX_PAGE)
        do throws(SystemCallError) {
            let mapping = try reserveFromLowest(secs.baseAddress, end)
            let result = cl_keep_private(mapping.address, mapping.length)
            try SystemCallError.check(result, "keep the enclave's memory from children and core dumps")
            return mapping
        } catch {
            guard error.code == EEXIST else { throw .system(error) }
            let found: MemoryMap.Entry?
            do throws(SystemCallError) {
                found = try MemoryMap.firstEntry(overlapping: secs.baseAddress, end)
            } catch {
                throw .system(error)
            }
            if let found { throw .occupied(found) }
            throw .system(error)
        }
    }

    /// An enclave at base 0 begins where the kernel lets a process map: at its second page for root, at 64 KiB otherwise.
    private static func reserveFromLowest(_ base: UInt64, _ end: UInt64) throws(SystemCallError) -> Mapping {
        let lowest: [UInt64] = base == 0 ? [4096, 65536] : [base]
        var refused = SystemCallError(EINVAL, "reserve the enclave's range")
        for start in lowest {
            do throws(SystemCallError) {
                return try Mapping(reserving: start, bytes: end - start)
            } catch {
                guard error.code == EPERM || error.code == EACCES else { throw error }
                refused = error
            }
        }
        throw refused
    }

    private func addTCS(_ pages: UnsafeRawBufferPointer, at offset: UInt64) throws(SoftSGXError) {
        guard let base = pages.baseAddress else { return }
        for start in stride(from: 0, to: pages.count, by: 4096) {
            let page = (base + start).assumingMemoryBound(to: UInt8.self)
            guard softsgx_add_tcs(enclave, offset + UInt64(start), page) == 0 else {
                throw .invalid("the TCS at offset \(offset + UInt64(start)) breaks a rule of EADD, or the page is there already")
            }
        }
    }

    private func addRegular(
        _ pages: UnsafeRawBufferPointer, at offset: UInt64, _ secinfo: SECINFO
    ) throws(SoftSGXError) {
        try enterEPCM(offset, pages.count / 4096, secinfo)
        let address = secs.baseAddress + offset
        do throws(SystemCallError) {
            try MemoryRights([.read, .write]).apply(to: address, bytes: UInt64(pages.count))
        } catch {
            throw .system(error)
        }
        UnsafeMutableRawBufferPointer(start: UnsafeMutableRawPointer(bitPattern: UInt(address)), count: pages.count)
            .copyMemory(from: pages)
        if secinfo.flags.contains(.execute) { executable.append(address..<address + UInt64(pages.count)) }
    }

    private func enterEPCM(_ offset: UInt64, _ pages: Int, _ secinfo: SECINFO) throws(SoftSGXError) {
        let entry = UInt32(truncatingIfNeeded: secinfo.flags.rawValue) | UInt32(SOFTSGX_EPCM_VALID)
        guard softsgx_add_epcm(enclave, offset / 4096, UInt64(pages), entry) == 0 else {
            throw .invalid("a page at offset \(offset) or behind it was added already")
        }
    }

    private func measure(_ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, _ measured: Bool) {
        let count = Int(source.byteCount / 4096)
        guard measured else { return measurement.addPages(offset: offset, count: count, flags: secinfo.flags) }
        let zero = [UInt8](repeating: 0, count: 4096)
        zero.withUnsafeBytes { zero in
            for index in 0..<count {
                var page = zero
                if case .bytes(let pages) = source { page = .init(rebasing: pages[index * 4096..<(index + 1) * 4096]) }
                // The only refusal is a page of another size.
                try? measurement.addMeasuredPage(
                    offset: offset + UInt64(index * 4096), flags: secinfo.flags, page: page)
            }
        }
    }

    private func makeGate() throws(SoftSGXError) {
        let gate = secs.baseAddress + secs.size
        do throws(SystemCallError) {
            try MemoryRights([.read, .write]).apply(to: gate, bytes: 4096)
            enclave.pointee.gate = gate
            softsgx_make_gate(enclave)
            try MemoryRights([.read, .execute]).apply(to: gate, bytes: 4096)
        } catch {
            throw .system(error)
        }
        guard rewritesENCLU else { return }
        for run in executable {
            guard let code = UnsafeMutablePointer<UInt8>(bitPattern: UInt(run.lowerBound)) else { continue }
            patchedSites += Int(softsgx_patch(enclave, code, run.upperBound - run.lowerBound))
        }
    }
}
