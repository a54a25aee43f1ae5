import Wire

/// A regular file of an untrusted mount.
final class UntrustedFile: UntrustedNode {
    /// The host's open file of a file that was just made: whoever makes a file may use it, whatever its mode.
    private var made: UInt64?

    deinit {
        // The host call gives the lock up: nobody may find this file by its number meanwhile.
        mount.forget(self)
        if let made { HostUntrusted.close(made) }
    }

    func keep(made handle: UInt64) { made = handle }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile {
        if let handle = made {
            made = nil
            return UntrustedOpenFile(self, handle: handle, path: path, flags: flags)
        }
        let handle = mount.newHandle()
        try HostUntrusted.open(mount.mount, inner, as: handle, flags: flags & OpenFlags.accessMode)
        return UntrustedOpenFile(self, handle: handle, path: path, flags: flags)
    }
}
