extension IndexReader {
    /// The value of the extended attribute `name`, or `nil`.
    public func xattr(_ name: UnsafeRawBufferPointer, of inode: IndexInode) throws(IndexError) -> [UInt8]? {
        for attribute in try xattrs(of: inode) where attribute.name.elementsEqual(name) { return attribute.value }
        return nil
    }

    /// All extended attributes of `inode`, sorted by name.
    public func xattrs(of inode: IndexInode) throws(IndexError) -> [IndexAttribute] {
        guard inode.xattrLength > 0 else { return [] }
        // Linux holds no more than 64 KiB of names and 64 KiB of each value.
        guard inode.xattrLength <= 1 << 20 else { throw .malformed }
        var reader = ByteReader(try bytes(inode.xattrOffset, Int(inode.xattrLength), of: header.xattrs))
        do throws(WireError) {
            var list: [IndexAttribute] = []
            for _ in 0..<(try reader.u16()) {
                let nameLength = Int(try reader.u16())
                let valueLength = Int(try reader.u32())
                list.append(IndexAttribute(name: try reader.take(nameLength), value: try reader.take(valueLength)))
            }
            guard reader.remaining == 0 else { throw .trailingBytes }
            return list
        } catch { throw .malformed }
    }
}
