import EnclaveLayout
import Foundation
import Linux
import SGX
import SoftSGX
import Synchronization
import Wire

/// A small enclave of the tests: laid out and signed as a real one.
package struct TestEnclave {
    package var configuration: EnclaveConfiguration
    package var image: [UInt8]
    package var plan: EnclavePlan

    package init(image: [UInt8], vcpus: UInt32 = 2, debug: Bool = false) throws {
        configuration = EnclaveConfiguration()
        configuration.addressSpace = 64 << 20
        configuration.userMemory = 1 << 20
        configuration.kernelMemory = 64 << 10
        configuration.vcpus = vcpus
        configuration.attributes = debug ? 0x6 : 0x4
        self.image = image
        plan = try EnclavePlan(image: image, configuration: configuration)
    }

    /// The SIGSTRUCT a product enclave has; `change` spoils it before it is signed.
    package func signed(_ change: (inout SIGSTRUCT) -> Void = { _ in }) throws -> SIGSTRUCT {
        var sigstruct = SIGSTRUCT()
        sigstruct.enclaveHash = plan.measure()
        sigstruct.attributes = plan.secs.attributes
        sigstruct.attributeMask = SIGSTRUCT.productAttributeMask
        sigstruct.miscSelect = plan.secs.miscSelect
        sigstruct.miscMask = .all
        change(&sigstruct)
        return try TestSigner.shared.get().sign(sigstruct)
    }

    /// Bases of their own for enclaves that live at the same time in one test process; 0 is for `LoadedEnclave`.
    package static func freshBase() -> UInt64 {
        let number = next.withLock { held in
            defer { held += 1 }
            return held
        }
        return 0x20_0000_0000 + number * 0x1000_0000
    }

    private static let next = Mutex<UInt64>(0)

    /// ECREATE, EADD, EINIT and mapping on the software SGX, at a base of its own unless one is given.
    package func loaded(
        rootKey: [UInt8] = [UInt8](repeating: 7, count: 32), rewriting: Bool = true, change: (inout SIGSTRUCT) -> Void = { _ in },
        fill: UInt8? = nil, base: UInt64? = nil
    ) throws -> SoftEnclave {
        let enclave = try created(rootKey: rootKey, base: base ?? Self.freshBase())
        enclave.rewritesENCLU = rewriting
        for run in plan.runs { try Self.add(run, to: enclave, fill: fill) }
        try enclave.initialise(signed(change))
        try map(enclave)
        return enclave
    }

    /// As the driver has it: a TCS is mapped readable and writable, though nobody can use it.
    package func map(_ enclave: SoftEnclave) throws {
        for run in plan.runs {
            let own = MemoryRights(rawValue: Int32(run.secinfo.flags.rawValue & 7))
            try enclave.map(run.offset, run.length, run.secinfo.pageType == .tcs ? [.read, .write] : own)
        }
    }

    /// The same with its pages in a file that is mapped there.
    package func loaded(at base: UInt64, in file: consuming FileDescriptor) throws -> SoftEnclave {
        var secs = plan.secs
        secs.baseAddress = base
        guard let key = MachineRootKey([UInt8](repeating: 7, count: 32)) else {
            throw AssembledImage.Failure(description: "root key")
        }
        let enclave = try SoftEnclave(creating: secs, rootKey: key, storage: .shared(file))
        for run in plan.runs { try Self.add(run, to: enclave) }
        try enclave.initialise(signed())
        try map(enclave)
        return enclave
    }

    package func created(
        rootKey: [UInt8] = [UInt8](repeating: 7, count: 32), base: UInt64 = freshBase()
    ) throws -> SoftEnclave {
        var secs = plan.secs
        secs.baseAddress = base
        guard let key = MachineRootKey(rootKey) else { throw AssembledImage.Failure(description: "root key") }
        return try SoftEnclave(creating: secs, rootKey: key)
    }

    /// `fill`: what a hostile host puts into pages that are not measured.
    package static func add(_ run: PageRun, to enclave: SoftEnclave, fill: UInt8? = nil) throws {
        switch run.contents {
        case .bytes(let bytes):
            try bytes.withUnsafeBytes { try enclave.addPages(.bytes($0), at: run.offset, run.secinfo, measured: run.measured) }
        case .repeated(let page):
            let bytes = (0..<run.pageCount).flatMap { _ in page }
            try bytes.withUnsafeBytes { try enclave.addPages(.bytes($0), at: run.offset, run.secinfo, measured: run.measured) }
        case .zeros:
            guard let fill, !run.measured else {
                return try enclave.addPages(.zeros(pages: run.pageCount), at: run.offset, run.secinfo, measured: run.measured)
            }
            let bytes = [UInt8](repeating: fill, count: run.pageCount * 4096)
            try bytes.withUnsafeBytes { try enclave.addPages(.bytes($0), at: run.offset, run.secinfo, measured: false) }
        }
    }
}
