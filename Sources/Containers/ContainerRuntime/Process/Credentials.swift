import CLinux
import Glibc
import Linux
import OCI

/// Gives up what a container's process shall not have: groups, user, capabilities, new privileges.
struct Credentials {
    let plan: ProcessPlan
    let isInUserNamespace: Bool

    func apply() throws(SystemCallError) {
        try plan.capabilities.dropBounding(of: plan.heldBounding)
        try setUser()
        try plan.capabilities.apply()
        if plan.process.noNewPrivileges {
            try SystemCallError.check(cl_set_no_new_privileges(), "forbid new privileges")
        }
        umask(mode_t(plan.process.user.umask ?? 0o022))
    }

    private func setUser() throws(SystemCallError) {
        let user = plan.process.user
        if setgroups(user.additionalGids.count, user.additionalGids) < 0 {
            // A user namespace made without privilege has setgroups denied, and then nothing to drop either.
            guard errno == EPERM, isInUserNamespace, user.additionalGids.isEmpty else {
                throw SystemCallError(errno, "set the additional groups")
            }
        }
        try SystemCallError.check(cl_set_keep_capabilities(1), "keep the capabilities")
        let result = cl_set_ids(user.uid, user.gid)
        try SystemCallError.check(result, "become user \(user.uid) and group \(user.gid)")
        try SystemCallError.check(cl_set_keep_capabilities(0), "stop keeping the capabilities")
    }
}
