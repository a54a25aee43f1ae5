import Volume

/// A symbolic link of an encrypted volume.
final class EncryptedLink: EncryptedNode {
    override func linkTarget(_ caller: Caller) throws(Errno) -> Bytes {
        try system.perform { (volume) throws(VolumeError) in try volume.linkTarget(file) }
    }

    override func open(flags: UInt32, path: Bytes, _ caller: Caller) throws(Errno) -> OpenFile { throw .ELOOP }
}
