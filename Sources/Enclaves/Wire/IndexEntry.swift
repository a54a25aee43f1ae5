/// One name in a directory of the index.
public struct IndexEntry: Equatable, Sendable {
    public var name: [UInt8]
    public var inode: UInt32
    /// DT_*: the type bits of the inode's mode, shifted down by 12.
    public var type: UInt8
    public init(name: [UInt8], inode: UInt32, type: UInt8) {
        self.name = name
        self.inode = inode
        self.type = type
    }
}

/// One extended attribute of an inode of the index.
public struct IndexAttribute: Equatable, Sendable {
    public var name: [UInt8]
    public var value: [UInt8]
    public init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}
