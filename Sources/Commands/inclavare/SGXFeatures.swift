import CLinux

/// SGX as CPUID tells it (SDM 36.7.2).
struct SGXFeatures {
    private(set) var isPresent = false
    private(set) var flexibleLaunch = false
    private(set) var sgx1 = false
    private(set) var sgx2 = false
    private(set) var kss = false
    private(set) var epcBytes: UInt64 = 0

    init() {
        guard Self.cpuid(0, 0)[0] >= 0x12 else { return }
        let extended = Self.cpuid(7, 0)
        isPresent = extended[1] & 1 << 2 != 0
        flexibleLaunch = extended[2] & 1 << 30 != 0
        guard isPresent else { return }
        let capabilities = Self.cpuid(0x12, 0)
        sgx1 = capabilities[0] & 1 != 0
        sgx2 = capabilities[0] & 2 != 0
        kss = Self.cpuid(0x12, 1)[0] & 1 << 7 != 0
        for section in UInt32(2)..<32 {
            let answer = Self.cpuid(0x12, section)
            guard answer[0] & 15 == 1 else { break }
            epcBytes += UInt64(answer[2] & 0xffff_f000) | UInt64(answer[3] & 0xfffff) << 32
        }
    }

    private static func cpuid(_ leaf: UInt32, _ subleaf: UInt32) -> [UInt32] {
        var registers: [UInt32] = [0, 0, 0, 0]
        cl_cpuid(leaf, subleaf, &registers)
        return registers
    }
}
