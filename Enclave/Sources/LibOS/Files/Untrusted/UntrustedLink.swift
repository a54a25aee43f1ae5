/// A symbolic link of an untrusted mount; `PathWalk` sees to it that it does not lead out of the mount.
final class UntrustedLink: UntrustedNode {
    override func linkTarget(_ caller: Caller) throws(Errno) -> Bytes { try HostUntrusted.linkTarget(mount.mount, inner) }
}
