import Glibc

/// Where the states of containers are kept when the caller does not say.
package enum StateRoot {
    /// The machine's folder for root, a user's own for anybody else.
    ///
    /// podman without privileges calls from a user namespace where it is root, and is still its user. Where that namespace is
    /// all of a machine, as in a system container, `USER` is root.
    package static func standard() -> String {
        guard let directory = getenv("XDG_RUNTIME_DIR"), directory.pointee != 0, isOthers else { return "/run/rune" }
        return String(cString: directory) + "/rune"
    }

    private static var isOthers: Bool {
        if geteuid() != 0 { return true }
        if let user = getenv("USER"), strcmp(user, "root") == 0 { return false }
        return CgroupPrivilege.isLimited
    }
}
