import CSoftSGX
import SGX

/// What this processor is: its version and what it can do.
package enum SoftwareProcessor {
    /// CPUSVN of every report: component 0 is the version of the software processor, so a flaw found in one can be told apart.
    package static let cpuSVN: FixedBytes<16> = {
        var svn = FixedBytes<16>()
        svn[0] = 1
        return svn
    }()

    /// EXINFO is the one optional part of a frame that is built.
    static let miscSelect: MiscSelect = .exinfo

    /// Nil when software SGX can run here, or the reason why not.
    package static var obstacle: String? {
        guard softsgx_have_xsave() != 0 else { return "the processor has no XSAVE" }
        guard softsgx_have_fsgsbase() != 0 else {
            return "RDFSBASE is not enabled; a processor since 2012 and Linux 5.9 or later have it"
        }
        return nil
    }
}
