import CLinux
import Glibc
import Linux
import OCI

/// Gives up what the container's process shall not have: limits, groups, user, capabilities, new privileges.
struct Credentials {
    let plan: LaunchPlan
    let process: SpecProcess

    func apply() throws(RuntimeError) {
        try RuntimeError.wrap {
            // In a user namespace only the parent may raise limits, and has done so.
            if !plan.hasNewUserNamespace {
                for limit in plan.rlimits {
                    try ResourceLimit.set(limit.resource, soft: limit.soft, hard: limit.hard, of: 0)
                }
            }
            try plan.capabilities.dropBounding()
            try setUser()
            try plan.capabilities.apply()
            if process.noNewPrivileges {
                try SystemCallError.check(cl_set_no_new_privileges(), "forbid new privileges")
            }
        }
        umask(mode_t(process.user.umask ?? 0o022))
    }

    private func setUser() throws(SystemCallError) {
        let user = process.user
        if setgroups(user.additionalGids.count, user.additionalGids) < 0 {
            // A user namespace made without privilege has setgroups denied, and then nothing to drop either.
            guard errno == EPERM, plan.isInUserNamespace, user.additionalGids.isEmpty else {
                throw SystemCallError(errno, "set the additional groups")
            }
        }
        try SystemCallError.check(cl_set_keep_capabilities(1), "keep the capabilities")
        let result = cl_set_ids(user.uid, user.gid)
        try SystemCallError.check(result, "become user \(user.uid) and group \(user.gid)")
        try SystemCallError.check(cl_set_keep_capabilities(0), "stop keeping the capabilities")
    }
}
