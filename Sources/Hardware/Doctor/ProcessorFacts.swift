/// SGX, and what simulating it needs, as CPUID tells it (SDM 36.7.2).
package struct ProcessorFacts: Equatable, Sendable, Encodable {
    package var vendor = ""
    package var sgx = false
    package var flexibleLaunch = false
    package var sgx1 = false
    package var sgx2 = false
    package var kss = false
    package var aexNotify = false
    package var exinfo = false
    /// Of a 64-bit enclave.
    package var largestEnclave: UInt64 = 0
    /// The sizes of the EPC sections, in bytes.
    package var epcSections: [UInt64] = []
    package var aes = false
    package var sha = false
    package var xsave = false
    package var fsgsbase = false

    /// EAX, EBX, ECX, EDX of a leaf and a subleaf.
    package typealias CPUID = @Sendable (_ leaf: UInt32, _ subleaf: UInt32) -> [UInt32]

    package init() {}

    package init(cpuid: CPUID) {
        let first = cpuid(0, 0)
        vendor = Self.text([first[1], first[3], first[2]])
        let features = cpuid(1, 0)
        aes = features[2] & 1 << 25 != 0
        xsave = features[2] & 1 << 27 != 0
        guard first[0] >= 7 else { return }
        let extended = cpuid(7, 0)
        fsgsbase = extended[1] & 1 != 0
        sgx = extended[1] & 1 << 2 != 0
        sha = extended[1] & 1 << 29 != 0
        flexibleLaunch = extended[2] & 1 << 30 != 0
        if sgx, first[0] >= 0x12 { readCapabilities(cpuid) }
    }

    private mutating func readCapabilities(_ cpuid: CPUID) {
        let capabilities = cpuid(0x12, 0)
        sgx1 = capabilities[0] & 1 != 0
        sgx2 = capabilities[0] & 2 != 0
        exinfo = capabilities[1] & 1 != 0
        let bits = UInt64(capabilities[3] >> 8 & 0xff)
        largestEnclave = bits == 0 ? 0 : bits < 64 ? 1 << bits : .max
        let attributes = cpuid(0x12, 1)
        kss = attributes[0] & 1 << 7 != 0
        aexNotify = attributes[0] & 1 << 10 != 0
        for section in UInt32(2)..<64 {
            let answer = cpuid(0x12, section)
            guard answer[0] & 15 != 0 else { return }
            guard answer[0] & 15 == 1 else { continue }
            epcSections.append(UInt64(answer[2] & 0xffff_f000) | UInt64(answer[3] & 0xfffff) << 32)
        }
    }

    package var epcBytes: UInt64 { epcSections.reduce(0, &+) }

    private static func text(_ registers: [UInt32]) -> String {
        let bytes = registers.flatMap { register in (0..<4).map { UInt8(truncatingIfNeeded: register >> ($0 * 8)) } }
        return String(decoding: bytes, as: UTF8.self)
    }
}
