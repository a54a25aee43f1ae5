import Glibc
import Linux

/// The label the process shall have under AppArmor or SELinux from its next exec on.
///
/// The file it is written to is opened while the host's /proc is there: one of the container could be anything.
struct SecurityLabel: ~Copyable {
    enum Module: Sendable {
        case appArmor, seLinux

        var title: String { self == .appArmor ? "AppArmor" : "SELinux" }
        /// The name in `process`.
        var member: String { self == .appArmor ? "apparmorProfile" : "selinuxLabel" }

        /// What the kernel says of itself.
        var isActive: Bool {
            switch self {
            case .appArmor: (try? FileContents.text("/sys/module/apparmor/parameters/enabled"))?.hasPrefix("Y") == true
            case .seLinux: access("/sys/fs/selinux/enforce", F_OK) == 0
            }
        }

        fileprivate var files: [String] {
            let common = "thread-self/attr/exec"
            return self == .appArmor ? ["thread-self/attr/apparmor/exec", common] : [common]
        }
    }

    struct Wanted: Sendable {
        let module: Module
        let name: String
    }

    private let wanted: Wanted
    private let file: FileDescriptor

    init(_ wanted: Wanted) throws(SystemCallError) {
        self.wanted = wanted
        var failure = SystemCallError(ENOENT, "set the label of \(wanted.module.title)")
        let proc = try ProcFilesystem()
        for path in wanted.module.files {
            do throws(SystemCallError) {
                file = try proc.open(path, O_WRONLY)
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// Takes effect when the process executes its program.
    func apply() throws(SystemCallError) {
        let text = wanted.module == .appArmor ? "exec \(wanted.name)" : wanted.name
        try FileContents.write(Array(text.utf8), to: file, "the label of \(wanted.module.title), \"\(wanted.name)\"")
    }
}
