/// Why an operation on a volume was refused or failed.
public enum VolumeError: Error, Equatable, Sendable {
    /// What the host gave for this block is not what was written there last.
    case damaged(block: UInt32)
    /// The host refused with this errno.
    case host(Int32)
    /// An earlier failure left the volume behind its last commit; nothing is written any more.
    case stopped
    case noSpace
    case notFound
    case exists
    case notEmpty
    case notDirectory
    case isDirectory
    case nameTooLong
    case tooLarge
    case tooManyLinks
    case noAttribute
    case invalid
}

/// Why a volume was not opened.
public enum VolumeRefusal: Error, Equatable, Sendable {
    /// The blocks are not those of a volume.
    case notAVolume
    /// It was written by a version this one does not read.
    case unknownVersion
    /// Sealed for another MRENCLAVE or MRSIGNER, by the identity in its header.
    case otherIdentity
    /// Made for another mount path.
    case otherPlace
    /// The processor does not derive the key it was made with: another machine, or an older security version than at its making.
    case noKey
    /// Neither superblock is authentic: changed, or the volume of another machine.
    case notAuthentic
    /// Its counter is behind the one that was stored elsewhere: an old copy.
    case old(found: UInt64, expected: UInt64)
    case failed(VolumeError)
}
