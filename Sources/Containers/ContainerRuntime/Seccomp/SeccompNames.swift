import CLinux
import CSeccomp

/// Operators, flags and architectures of filters by their names in OCI configurations.
enum SeccompNames {
    static let operators: [(name: String, value: scmp_compare)] = [
        ("SCMP_CMP_NE", SCMP_CMP_NE), ("SCMP_CMP_LT", SCMP_CMP_LT), ("SCMP_CMP_LE", SCMP_CMP_LE), ("SCMP_CMP_EQ", SCMP_CMP_EQ),
        ("SCMP_CMP_GE", SCMP_CMP_GE), ("SCMP_CMP_GT", SCMP_CMP_GT), ("SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ),
    ]

    /// Bits of seccomp(2).
    ///
    /// A process that loads its filter has one thread, so that TSYNC, which is for the others, asks for nothing.
    static let flags: [(name: String, bit: UInt32)] = [
        ("SECCOMP_FILTER_FLAG_TSYNC", 0), ("SECCOMP_FILTER_FLAG_LOG", 1 << 1), ("SECCOMP_FILTER_FLAG_SPEC_ALLOW", 1 << 2),
        ("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", 1 << 5),
    ]
    static let newListenerFlag: UInt32 = 1 << 3
    static let waitKillableFlag: UInt32 = 1 << 5

    /// `flags` whose bit this kernel knows.
    static var supportedFlags: [String] {
        flags.filter { flag in
            // This one the kernel takes only together with a listener.
            let bits = flag.bit == waitKillableFlag ? flag.bit | newListenerFlag : flag.bit
            return cl_probe_seccomp_flags(bits) == 0
        }.map(\.name)
    }

    private static let prefix = "SCMP_ARCH_"
    private static let architectures = [
        "X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC",
        "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64", "M68K", "SH", "SHEB",
    ]

    /// Those that the library at hand knows.
    static var supportedArchitectures: [String] { architectures.map { prefix + $0 }.filter { architecture($0) != nil } }

    static func architecture(_ name: String) -> UInt32? {
        if name == prefix + "NATIVE" { return seccomp_arch_native() }
        guard name.hasPrefix(prefix) else { return nil }
        let token = seccomp_arch_resolve_name(name.dropFirst(prefix.count).lowercased())
        return token == 0 ? nil : token
    }
}
