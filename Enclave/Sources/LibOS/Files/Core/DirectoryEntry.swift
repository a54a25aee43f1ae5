/// One name of a directory listing.
struct DirectoryEntry {
    var name: Bytes
    var number: UInt64
    var kind: FileKind
}
