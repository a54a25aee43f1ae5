/// Where the blocks of a volume lie: a file of the host, or memory in a test; nothing it gives is trusted.
///
/// A volume has one caller at a time. What is in memory is consistent whenever a store is called, so a store may give up locks that
/// protect other things.
public protocol BlockStore {
    /// Length in whole blocks.
    var blockCount: UInt32 { get }
    /// Reads one block into each page, beginning at `block`.
    func read(_ block: UInt32, into pages: [UnsafeMutableRawPointer]) throws(VolumeError)
    /// Writes `count` blocks from `bytes`, beginning at `block`.
    func write(_ block: UInt32, _ bytes: UnsafeRawPointer, count: Int) throws(VolumeError)
    /// Returns when everything written before will outlive a failure of the machine.
    func sync() throws(VolumeError)
    /// Makes it longer, with room that later writes find, or shorter.
    func resize(to blocks: UInt32) throws(VolumeError)
    /// Fills with random bytes the host cannot know.
    func random(_ start: UnsafeMutableRawPointer, _ count: Int)
    /// Runs a computation on memory that nobody else knows.
    func compute<R>(_ body: () -> R) -> R
}

extension BlockStore {
    public func compute<R>(_ body: () -> R) -> R { body() }
}

/// The size of everything that is stored.
public enum Block {
    public static let byteCount = 4096
    /// Blocks that one write or read takes at most.
    public static let mostAtOnce = 64
    /// A reference has 32 bits: 16 TiB.
    public static let mostBlocks = UInt32.max
}
