import CLinux
import Glibc

/// Who may ask for quotes: anybody who can open the socket, or only members of some groups.
///
/// The kernel says who connected. Root and the user who runs the service may always ask.
public struct PeerRule: Sendable {
    /// None: anybody.
    private let groups: [gid_t]

    /// Groups by name or by number.
    public init(groups: [String] = []) throws(QuotingServerError) {
        var numbers: [gid_t] = []
        for name in groups {
            if let number = gid_t(name) {
                numbers.append(number)
                continue
            }
            guard let found = getgrnam(name) else { throw .unknownGroup(name) }
            numbers.append(found.pointee.gr_gid)
        }
        self.groups = numbers
    }

    /// The group that the socket is given to.
    var first: gid_t? { groups.first }

    func allows(user: uid_t, at descriptor: Int32) -> Bool {
        if groups.isEmpty || user == 0 || user == geteuid() { return true }
        return groups.contains { cl_peer_in_group(descriptor, $0) == 1 }
    }
}
