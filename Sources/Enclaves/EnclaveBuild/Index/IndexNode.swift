import Wire

/// One inode of a tree that is to be indexed: `Wire.IndexInode` before it has places in tables.
package struct IndexNode: Equatable, Sendable {
    package enum Content: Equatable, Sendable {
        /// `digests`: one SHA-256 after the other, one a chunk.
        case file(size: UInt64, digests: [UInt8], sites: [IndexSite])
        case directory([IndexEntry])
        case link([UInt8])
        /// Devices, FIFOs and sockets.
        case special
    }

    package var mode: UInt32
    package var uid: UInt32 = 0
    package var gid: UInt32 = 0
    package var linkCount: UInt32 = 1
    package var modificationSeconds: Int64 = 0
    package var modificationNanoseconds: UInt32 = 0
    package var deviceMajor: UInt32 = 0
    package var deviceMinor: UInt32 = 0
    package var parent: UInt32 = 0
    package var attributes: [IndexAttribute] = []
    package var content: Content

    package init(mode: UInt32, content: Content) {
        self.mode = mode
        self.content = content
    }
}
