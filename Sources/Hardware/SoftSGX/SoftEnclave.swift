import CLinux
import CSoftSGX
import EnclaveCrypto
import Glibc
import Linux
import SGX
import Synchronization

/// An enclave of the software SGX, with the steps of the kernel's driver: create, add pages, initialise, map, change pages.
///
/// Of the driver's steps one runs at a time; a second thread is refused, as the driver refuses it. What is shared beyond them the C
/// processor keeps by atomic operations, so any thread may hold a reference: hence unchecked Sendable.
package final class SoftEnclave: @unchecked Sendable {
    /// Where the pages lie.
    package enum Storage: ~Copyable {
        /// In private memory; ELRANGE is reserved now.
        case reserved
        /// In a file without a name (memfd) that the caller maps with MAP_SHARED, file offset equal to page offset.
        case shared(FileDescriptor)
    }

    package let secs: SECS
    private let storage: EnclaveStorage
    private var measurement: Measurement
    private let inStep = Atomic<Bool>(false)
    private let creator = getpid()
    /// Runs with contents, in reserved memory still writable: sites are rewritten after EINIT where they are executable.
    private var written: [(offset: UInt64, length: UInt64, isExecutable: Bool)] = []
    package private(set) var patchedSites = 0
    /// Off: every ENCLU traps, as in an enclave that does not follow our convention.
    package var rewritesENCLU = true
    /// The driver was shown an open /dev/sgx_provision: PROVISIONKEY may be launched.
    package var provisioningAllowed = false
    /// EINITTOKEN_KEY may be launched: as with drivers before Linux 5.11, which run launch enclaves.
    package var launchKeyAllowed = false

    /// ECREATE: checks the SECS; with reserved storage also reserves ELRANGE and the gate page above it.
    package init(creating secs: SECS, rootKey: borrowing MachineRootKey, storage: consuming Storage = .reserved)
        throws(SoftSGXError)
    {
        if let obstacle = SoftwareProcessor.obstacle { throw .unsupported(obstacle) }
        let xsaveBytes = try SECSRules.check(secs)
        self.secs = secs
        measurement = Measurement.ecreate(ssaFrameSize: secs.ssaFrameSize, size: secs.size)
        switch consume storage {
        case .reserved: self.storage = try EnclaveStorage(reserving: secs.baseAddress, size: secs.size)
        case .shared(let file):
            self.storage = try EnclaveStorage(file: file, base: secs.baseAddress, size: secs.size)
        }
        enclave.pointee.ssa_frame_bytes = secs.ssaFrameSize * UInt32(SOFTSGX_PAGE)
        enclave.pointee.xfrm = secs.attributes.xfrm.rawValue
        enclave.pointee.xsave_bytes = xsaveBytes
        enclave.pointee.misc_select = secs.miscSelect.rawValue
        rootKey.withBytes { key in withUnsafeMutableBytes(of: &enclave.pointee.root_key) { $0.copyBytes(from: key) } }
        withUnsafeMutableBytes(of: &enclave.pointee.report_key_id) { bytes in
            if let base = bytes.baseAddress { _ = cl_random(base, bytes.count) }
        }
        enclave.pointee.epc = try EPCAccount.current().handle
        guard softsgx_epc_take(enclave, 1) == 0 else { throw .exhausted }
        let result = softsgx_register(enclave)
        guard result == 0 else { throw .system(SystemCallError(result, "have one more enclave in this process")) }
    }

    deinit {
        softsgx_unregister(enclave)
        if getpid() == creator { softsgx_epc_give_all(enclave) }
        // A forked child ends its own view of it only; the system forgets the shared memory with its last user.
        guard storage.isReserved else { return }
        withUnsafeMutableBytes(of: &enclave.pointee.root_key) { ConstantTime.erase($0) }
    }

    var enclave: UnsafeMutablePointer<softsgx_enclave> { storage.enclave }

    /// For C that follows what the process does with the addresses: `softsgx_set_vma`.
    package var record: UnsafeMutablePointer<softsgx_enclave> { storage.enclave }

    package var isInitialised: Bool { enclave.pointee.initialised != 0 }

    /// MRENCLAVE of the pages added so far.
    package var mrEnclave: Digest { measurement.finalize() }

    /// EADD, and EEXTEND of every 256 bytes when `measured`.
    package func addPages(
        _ source: PageSource, at offset: UInt64, _ secinfo: SECINFO, measured: Bool
    ) throws(SoftSGXError) {
        guard !isInitialised else { throw .invalid("pages are added before the enclave is initialised, not after") }
        try SECINFORules.check(secinfo)
        try checkRange(offset, source.byteCount)
        if let lowest = storage.lowestAddress, secs.baseAddress + offset < lowest {
            throw .invalid("offset \(offset) lies below what the kernel lets a process map (vm.mmap_min_addr)")
        }
        try exclusively { () throws(SoftSGXError) in
            switch (secinfo.pageType, source) {
            case (.tcs, .bytes(let pages)): try addTCS(pages, at: offset)
            case (.tcs, .zeros): throw .invalid("a TCS page without contents")
            case (_, .bytes(let pages)): try addRegular(pages, at: offset, secinfo)
            case (_, .zeros(let pages)): try enterEPCM(offset, pages, secinfo)
            }
            measure(source, at: offset, secinfo, measured)
        }
    }

    /// EINIT: the hardware's checks and codes, then the rewriting of ENCLU sites in executable pages.
    package func initialise(_ sigstruct: SIGSTRUCT, token: EINITTOKEN? = nil) throws(SoftSGXError) {
        guard !isInitialised else { throw .invalid("the enclave is initialised already") }
        try LaunchRules(allowsProvisioning: provisioningAllowed, allowsLaunchKey: launchKeyAllowed).check(secs, sigstruct)
        var candidate = secs
        candidate.mrEnclave = mrEnclave
        try launch(candidate, sigstruct, token)
        try exclusively { () throws(SoftSGXError) in
            let identity = EnclaveIdentity(
                secs: sigstruct.initialized(candidate), isvFamilyID: sigstruct.isvFamilyID,
                isvExtProdID: sigstruct.isvExtProdID, cpuSVN: SoftwareProcessor.cpuSVN)
            enclave.pointee.identity = identity.cValue
            enclave.pointee.initialised = 1
            if storage.isReserved { try makeGate() }
        }
    }

    /// EINIT's own judgement.
    private func launch(_ candidate: SECS, _ sigstruct: SIGSTRUCT, _ token: EINITTOKEN?) throws(SoftSGXError) {
        do throws(SGXErrorCode) {
            guard let token else { return try sigstruct.accepts(candidate) }
            var rootKey = withUnsafeBytes(of: &enclave.pointee.root_key) { [UInt8]($0) }
            defer { ConstantTime.erase(&rootKey) }
            guard let control = LaunchControl(rootKey: rootKey, cpuSVN: SoftwareProcessor.cpuSVN) else { throw .invalidEinitToken }
            try sigstruct.accepts(candidate, token: token, under: control)
        } catch {
            throw .launch(error)
        }
    }

    /// The driver's rule about what the process asks for pages, there or not: none is mapped with more rights than SECINFO gave it.
    package func checkMap(_ offset: UInt64, _ length: UInt64, _ rights: MemoryRights) throws(SoftSGXError) {
        try checkRange(offset, length)
        // R 1, W 2, X 4 in PROT_* and in the EPCM.
        let (first, pages) = (offset / UInt64(SOFTSGX_PAGE), length / UInt64(SOFTSGX_PAGE))
        guard softsgx_may_map(enclave, first, pages, UInt32(rights.rawValue)) == 0 else {
            throw .denied("a page at 0x\(String(offset, radix: 16)) or behind it has fewer rights than it is mapped with")
        }
    }

    /// Checks, and gives pages the rights that both the process and the EPCM grant.
    ///
    /// With shared storage the caller has mapped them, without rights.
    package func map(_ offset: UInt64, _ length: UInt64, _ rights: MemoryRights) throws(SoftSGXError) {
        try checkMap(offset, length, rights)
        let (first, pages) = (offset / UInt64(SOFTSGX_PAGE), length / UInt64(SOFTSGX_PAGE))
        let result = softsgx_set_vma(enclave, first, pages, UInt32(rights.rawValue) | UInt32(SOFTSGX_VMA_MAPPED))
        guard result == 0 else { throw .system(SystemCallError(-result, "set the rights of the enclave's pages")) }
    }

    /// The process has given the pages' addresses up; the pages stay.
    package func unmap(_ offset: UInt64, _ length: UInt64) {
        guard (try? checkRange(offset, length)) != nil else { return }
        softsgx_set_vma(enclave, offset / UInt64(SOFTSGX_PAGE), length / UInt64(SOFTSGX_PAGE), 0)
    }

    /// Readies the calling thread, which alone may use and end the binding, for entering this enclave and others.
    package func attach() throws(SoftSGXError) -> SoftThread { try SoftThread(keeping: self) }

    func checkRange(_ offset: UInt64, _ length: UInt64) throws(SoftSGXError) {
        guard offset % 4096 == 0, length > 0, length % 4096 == 0, offset < secs.size, length <= secs.size - offset else {
            throw .invalid("\(length) bytes at offset \(offset) are not whole pages inside the enclave")
        }
    }

    func exclusively(_ step: () throws(SoftSGXError) -> Void) throws(SoftSGXError) {
        guard !inStep.exchange(true, ordering: .acquiring) else { throw .busy("another thread changes the enclave") }
        defer { inStep.store(false, ordering: .releasing) }
        try step()
    }

    private func addTCS(_ pages: UnsafeRawBufferPointer, at offset: UInt64) throws(SoftSGXError) {
        guard let base = pages.baseAddress else { return }
        for start in stride(from: 0, to: pages.count, by: 4096) {
            let page = (base + start).assumingMemoryBound(to: UInt8.self)
            try check(softsgx_add_tcs(enclave, offset + UInt64(start), page), adding: offset + UInt64(start))
        }
    }

    private func addRegular(_ pages: UnsafeRawBufferPointer, at offset: UInt64, _ secinfo: SECINFO) throws(SoftSGXError) {
        try enterEPCM(offset, pages.count / 4096, secinfo)
        try storage.write(pages, at: offset)
        guard storage.isReserved else { return }
        written.append((offset, UInt64(pages.count), secinfo.flags.contains(.execute)))
    }

    private func enterEPCM(_ offset: UInt64, _ pages: Int, _ secinfo: SECINFO) throws(SoftSGXError) {
        let flags = UInt32(truncatingIfNeeded: secinfo.flags.rawValue)
        try check(softsgx_eadd(enclave, offset / UInt64(SOFTSGX_PAGE), UInt64(pages), flags), adding: offset)
    }

    private func check(_ result: Int32, adding offset: UInt64) throws(SoftSGXError) {
        switch result {
        case 0: return
        case -EBUSY: throw .busy("a page at offset \(offset) or behind it was added already")
        case -ENOMEM: throw .exhausted
        case -EIO: throw .faulted("the TCS at offset \(offset) breaks a rule of EADD")
        default: throw .system(SystemCallError(-result, "add a page at offset \(offset)"))
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
        for run in written {
            if rewritesENCLU, run.isExecutable { try patch(run.offset, run.length) }
            let result = softsgx_refresh(enclave, run.offset / UInt64(SOFTSGX_PAGE), run.length / UInt64(SOFTSGX_PAGE))
            guard result == 0 else { throw .system(SystemCallError(-result, "set the rights of the enclave's pages")) }
        }
        written = []
    }

    private func patch(_ offset: UInt64, _ length: UInt64) throws(SoftSGXError) {
        let address = secs.baseAddress + offset
        do throws(SystemCallError) { try MemoryRights([.read, .write]).apply(to: address, bytes: length) } catch {
            throw .system(error)
        }
        guard let code = UnsafeMutablePointer<UInt8>(bitPattern: UInt(address)) else { return }
        patchedSites += Int(softsgx_patch(enclave, code, length))
    }
}
