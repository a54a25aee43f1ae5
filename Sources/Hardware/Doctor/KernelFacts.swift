/// The kernel, as far as SGX and its simulation depend on it.
package struct KernelFacts: Equatable, Sendable, Encodable {
    package var release = ""
    /// CONFIG_X86_SGX; nil where no configuration can be read.
    package var sgxConfigured: Bool?
    package var configuration: String?
    /// `nosgx` on the kernel's command line.
    package var switchedOff = false
    /// The flags `sgx` and `sgx_lc` of /proc/cpuinfo: gone where firmware or the kernel took them back.
    package var reportsSGX = false
    package var reportsFlexibleLaunch = false
    /// `__vdso_sgx_enter_enclave` is there.
    package var vdsoEntry = false
    /// 0 none, 1 the form of Linux 5.11, 2 also the one that names a range.
    package var syscallDispatch = 0
    package var minimumAddress: UInt64?
    package var maximumMappings: UInt64?

    package init() {}

    /// Major and minor number, for comparing; nil for a release that does not begin with them.
    package var version: (Int, Int)? {
        let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }

    package func isOlder(than major: Int, _ minor: Int) -> Bool {
        guard let version else { return false }
        return version < (major, minor)
    }
}
