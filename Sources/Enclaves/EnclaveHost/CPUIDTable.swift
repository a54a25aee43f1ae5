import CLinux
import Wire

/// What CPUID answers on this host, for the boot block; the enclave masks it.
package enum CPUIDTable {
    private static let mostSubleaves: UInt32 = 64
    private static let mostLeaves: UInt32 = 0x40

    package static func gather() -> [CPUIDAnswer] {
        var answers: [CPUIDAnswer] = []
        let last = min(cpuid(0, 0).eax, mostLeaves)
        for leaf in 0...last where leaf != 0x12 { answers += subleaves(of: leaf) }
        let lastExtended = cpuid(0x8000_0000, 0).eax
        if lastExtended >= 0x8000_0000, lastExtended <= 0x8000_0040 {
            for leaf in 0x8000_0000...lastExtended { answers.append(cpuid(leaf, 0)) }
        }
        return answers
    }

    static func cpuid(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDAnswer {
        var r: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &r) { cl_cpuid(leaf, subleaf, $0.assumingMemoryBound(to: UInt32.self).baseAddress) }
        return CPUIDAnswer(leaf: leaf, subleaf: subleaf, eax: r.0, ebx: r.1, ecx: r.2, edx: r.3)
    }

    private static func subleaves(of leaf: UInt32) -> [CPUIDAnswer] {
        let first = cpuid(leaf, 0)
        var answers = [first]
        switch leaf {
        case 4:
            for subleaf in 1..<mostSubleaves where answers.last.map({ $0.eax & 0x1f != 0 }) == true {
                answers.append(cpuid(leaf, subleaf))
            }
        case 7, 0x14:
            if first.eax > 0, first.eax < mostSubleaves { answers += (1...first.eax).map { cpuid(leaf, $0) } }
        case 0xb:
            for subleaf in 1..<mostSubleaves where answers.last.map({ $0.ecx & 0xff00 != 0 }) == true {
                answers.append(cpuid(leaf, subleaf))
            }
        case 0xd:
            answers.append(cpuid(leaf, 1))
            let components = UInt64(first.edx) << 32 | UInt64(first.eax)
            for subleaf in 2..<mostSubleaves where components >> UInt64(subleaf) & 1 == 1 {
                answers.append(cpuid(leaf, subleaf))
            }
        default: break
        }
        return answers
    }
}
