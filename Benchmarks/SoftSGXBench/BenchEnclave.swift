import CSoftSGX
import CSoftSGXBench
import EnclaveBuild
import Linux
import SGX
import SoftSGX

/// A small enclave: code, a SECINFO, a TCS, its save state area, and room behind them.
struct BenchEnclave {
    static let base: UInt64 = 0x30_0000_0000
    static let secinfo: UInt64 = 4096
    static let threadControl: UInt64 = 2 * 4096
    static let frames: UInt64 = 3 * 4096
    /// The first page of the room.
    static let room: UInt64 = 16 * 4096

    let enclave: SoftEnclave
    private let key: SigningKey

    /// ECREATE with `bytes` of ELRANGE, and the pages in front of the room.
    init(bytes: UInt64, key: SigningKey, rewriting: Bool = true) throws {
        self.key = key
        let secs = SECS(
            size: bytes, baseAddress: Self.base, ssaFrameSize: 1, miscSelect: .exinfo,
            attributes: Attributes(flags: .mode64Bit, xfrm: Attributes.XFRM(rawValue: 3)))
        guard let root = MachineRootKey([UInt8](repeating: 1, count: MachineRootKey.byteCount)) else {
            throw BenchError("root key")
        }
        enclave = try SoftEnclave(creating: secs, rootKey: root)
        enclave.rewritesENCLU = rewriting
        let code = UnsafeRawBufferPointer(start: bench_enclave_code(), count: Int(bench_enclave_bytes()))
        try add(Array(code), at: 0, SECINFO(.regular, [.read, .execute]))
        try add(SECINFO(.regular, [.read, .write, .pending]).bytes, at: Self.secinfo, SECINFO(.regular, [.read, .write]))
        try add(Self.threadControlPage, at: Self.threadControl, .tcs)
        try enclave.addPages(.zeros(pages: 2), at: Self.frames, SECINFO(.regular, [.read, .write]), measured: false)
    }

    private func add(_ bytes: [UInt8], at offset: UInt64, _ secinfo: SECINFO) throws {
        let page = bytes + [UInt8](repeating: 0, count: 4096 - bytes.count)
        try page.withUnsafeBytes { try enclave.addPages(.bytes($0), at: offset, secinfo, measured: false) }
    }

    private static var threadControlPage: [UInt8] {
        var page = [UInt8](repeating: 0, count: 72)
        for (offset, value) in [(16, frames), (48, frames), (56, frames)] {
            withUnsafeBytes(of: value.littleEndian) { page.replaceSubrange(offset..<offset + 8, with: $0) }
        }
        page[28] = 1
        for index in 64..<72 { page[index] = 0xff }
        return page
    }

    /// EINIT with a signature made for it, which takes its time, and the mappings.
    func initialise() throws { try initialise(signature()) }

    func signature() throws -> SIGSTRUCT {
        var sigstruct = SIGSTRUCT()
        sigstruct.enclaveHash = enclave.mrEnclave
        sigstruct.attributes = enclave.secs.attributes
        sigstruct.attributeMask = SIGSTRUCT.productAttributeMask
        sigstruct.miscSelect = enclave.secs.miscSelect
        sigstruct.miscMask = .all
        try key.sign(&sigstruct)
        return sigstruct
    }

    func initialise(_ sigstruct: SIGSTRUCT) throws {
        try enclave.initialise(sigstruct)
        try enclave.map(0, 4096, [.read, .execute])
        try enclave.map(Self.secinfo, 4096, [.read, .write])
        try enclave.map(Self.threadControl, 3 * 4096, [.read, .write])
        try enclave.map(Self.room, enclave.secs.size - Self.room, [.read, .write])
    }

    /// EENTER with a command, which must come back by EEXIT.
    static func enter(
        _ thread: borrowing SoftThread, _ command: Int, _ rsi: UInt64 = 0, _ rdx: UInt64 = 0, trapping: Bool = false
    ) throws -> softsgx_entry {
        var entry = softsgx_entry()
        (entry.tcs, entry.function) = (base + threadControl, UInt32(SOFTSGX_EENTER))
        (entry.rdi, entry.rsi, entry.rdx, entry.r8) = (UInt64(command), rsi, rdx, base + secinfo)
        if trapping { thread.enterTrapping(&entry) } else { thread.enter(&entry) }
        guard entry.function == UInt32(SOFTSGX_EEXIT) else {
            throw BenchError("the enclave met exception \(entry.vector), code \(entry.error_code)")
        }
        return entry
    }
}

struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
