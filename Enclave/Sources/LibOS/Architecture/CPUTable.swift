import CEnclave
import Wire

/// What CPUID answers programs: the host's answers, cut down to what the enclave's XFRM lets them use.
enum CPUTable {
    nonisolated(unsafe) private static var answers: [CPUIDAnswer] = []

    /// Takes the host's table; nothing in it is believed beyond being a description that programs act on.
    static func initialise(_ hints: [CPUIDAnswer], xfrm: UInt64) {
        answers = []
        for hint in hints {
            if let answer = masked(hint, xfrm) { answers.append(answer) }
        }
    }

    private static func masked(_ hint: CPUIDAnswer, _ xfrm: UInt64) -> CPUIDAnswer? {
        var answer = hint
        switch hint.leaf {
        case 1:
            // Nothing of virtual machines, of the host's APIC ids, or of MONITOR.
            answer.ecx &= ~(1 << 31 | 1 << 3 | 1 << 5 | 1 << 6)
            answer.ebx &= 0x00ff_ffff
            if xfrm & 4 == 0 { answer.ecx &= ~(1 << 28 | 1 << 12 | 1 << 29) }
        case 7:
            if hint.subleaf == 0 {
                // SGX (EBX 2), PKU (ECX 3, 4), CET (ECX 7, EDX 20), AMX (EDX 22, 24, 25), RDPID stays.
                answer.ebx &= ~(1 << 2 | 1 << 14)
                answer.ecx &= ~(1 << 3 | 1 << 4 | 1 << 7 | 1 << 30)
                answer.edx &= ~(1 << 20 | 1 << 22 | 1 << 24 | 1 << 25)
                if xfrm & 4 == 0 { answer.ebx &= ~(1 << 5) }
                if xfrm & 0xe0 != 0xe0 {
                    answer.ebx &= ~(1 << 16 | 1 << 17 | 1 << 21 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 30 | 1 << 31)
                    answer.ecx &= ~(1 << 1 | 1 << 6 | 1 << 11 | 1 << 12 | 1 << 14)
                    answer.edx &= ~(1 << 2 | 1 << 3 | 1 << 8 | 1 << 23)
                }
            }
            if hint.subleaf == 1 && xfrm & 0xe0 != 0xe0 { answer.eax &= ~(1 << 5) }
        case 0xd:
            if hint.subleaf == 0 {
                answer.eax &= UInt32(truncatingIfNeeded: xfrm)
                answer.edx = 0
                let size: UInt32 = xfrm & 0xe0 == 0xe0 ? 2688 : (xfrm & 4 != 0 ? 832 : 576)
                answer.ebx = size
                answer.ecx = size
            } else if hint.subleaf == 1 {
                // XSAVES is for kernels.
                answer.eax &= ~(1 << 3)
            } else if hint.subleaf < 64, xfrm >> UInt64(hint.subleaf) & 1 == 0 {
                return nil
            }
        case 0x12, 0x4000_0000...0x4000_ffff: return nil
        default: break
        }
        return answer
    }

    /// Zeros for a leaf that is not there.
    static func answer(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDAnswer {
        var best: CPUIDAnswer?
        for answer in answers where answer.leaf == leaf {
            if answer.subleaf == subleaf { return answer }
            if answer.subleaf == 0 && !hasSubleaves(leaf) { best = answer }
        }
        return best ?? CPUIDAnswer(leaf: leaf, subleaf: subleaf, eax: 0, ebx: 0, ecx: 0, edx: 0)
    }

    private static func hasSubleaves(_ leaf: UInt32) -> Bool {
        switch leaf {
        case 4, 7, 0xb, 0xd, 0xf, 0x10, 0x14, 0x17, 0x18, 0x1f, 0x8000_001d: return true
        default: return false
        }
    }

    /// One processor's paragraph of /proc/cpuinfo.
    static func cpuinfoText(cpu: Int) -> Bytes {
        var text = LogText("processor\t: ")
        text.append(Int64(cpu))
        text.append("\nvendor_id\t: ")
        text.append(printable: vendor())
        let signature = answer(1, 0).eax
        let family = signature >> 8 & 15 == 15 ? 15 + (signature >> 20 & 255) : signature >> 8 & 15
        let model = signature >> 4 & 15 | (signature >> 16 & 15) << 4
        for (name, value) in [
            (StaticString("\ncpu family\t: "), family), ("\nmodel\t\t: ", model), ("\nstepping\t: ", signature & 15),
        ] {
            text.append(name)
            text.append(Int64(value))
        }
        text.append("\nmodel name\t: ")
        text.append(printable: brand())
        text.append("\ncpu MHz\t\t: 2000.000\ncache size\t: 512 KB\nphysical id\t: 0\nsiblings\t: ")
        text.append(Int64(kernel.cpuCount))
        text.append("\ncore id\t\t: ")
        text.append(Int64(cpu))
        text.append("\ncpu cores\t: ")
        text.append(Int64(kernel.cpuCount))
        text.append("\nfpu\t\t: yes\nflags\t\t:")
        appendFlags(&text)
        text.append("\n\n")
        return text.bytes
    }

    private static func appendFlags(_ text: inout LogText) {
        let one = answer(1, 0)
        let seven = answer(7, 0)
        let flags: [(StaticString, UInt32, Int)] = [
            (" fpu", one.edx, 0), (" tsc", one.edx, 4), (" cx8", one.edx, 8), (" cmov", one.edx, 15), (" mmx", one.edx, 23),
            (" fxsr", one.edx, 24), (" sse", one.edx, 25), (" sse2", one.edx, 26), (" pni", one.ecx, 0), (" pclmulqdq", one.ecx, 1),
            (" ssse3", one.ecx, 9), (" fma", one.ecx, 12), (" sse4_1", one.ecx, 19), (" sse4_2", one.ecx, 20),
            (" popcnt", one.ecx, 23),
            (" aes", one.ecx, 25), (" xsave", one.ecx, 26), (" avx", one.ecx, 28), (" rdrand", one.ecx, 30),
            (" bmi1", seven.ebx, 3),
            (" avx2", seven.ebx, 5), (" bmi2", seven.ebx, 8), (" avx512f", seven.ebx, 16), (" sha_ni", seven.ebx, 29),
        ]
        for (name, word, bit) in flags where word >> UInt32(bit) & 1 != 0 { text.append(name) }
    }

    private static func vendor() -> Bytes {
        let zero = answer(0, 0)
        return letters([zero.ebx, zero.edx, zero.ecx])
    }

    private static func brand() -> Bytes {
        var words: [UInt32] = []
        for leaf in [UInt32(0x8000_0002), 0x8000_0003, 0x8000_0004] {
            let part = answer(leaf, 0)
            words.append(contentsOf: [part.eax, part.ebx, part.ecx, part.edx])
        }
        return letters(words)
    }

    private static func letters(_ words: [UInt32]) -> Bytes {
        var out: Bytes = []
        for word in words {
            for shift in [UInt32(0), 8, 16, 24] {
                let byte = UInt8(truncatingIfNeeded: word >> shift)
                if byte != 0 { out.append(byte) }
            }
        }
        return out
    }
}

/// CPUID at a rewritten site and in the exception handler: reads a table that does not change, so needs no lock.
@_cdecl("kernel_cpuid") func kernelCPUID(_ leaf: UInt32, _ subleaf: UInt32, _ out: UnsafeMutablePointer<UInt32>) {
    let answer = CPUTable.answer(leaf, subleaf)
    out[0] = answer.eax
    out[1] = answer.ebx
    out[2] = answer.ecx
    out[3] = answer.edx
}
