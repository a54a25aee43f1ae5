extension IndexReader {
    /// The block and the place in it of record `number` of a table whose records never cross a block boundary.
    func record(
        _ number: UInt64, of table: IndexHeader.Table, size: Int
    ) throws(IndexError) -> (block: IndexBlock, offset: Int) {
        guard number < table.count else { throw .malformed }
        // The header was checked: offset + count * size lies inside the file.
        let place = table.offset + number * UInt64(size)
        let blockSize = UInt64(IndexFormat.blockSize)
        return (try block(place / blockSize), Int(place % blockSize))
    }

    /// `count` records of `table` from `first`, as a number that `record` accepts; refuses what the table does not hold.
    func checked(_ first: UInt64, _ count: UInt64, in table: IndexHeader.Table) throws(IndexError) {
        guard first <= table.count, count <= table.count - first else { throw .malformed }
    }

    /// Bytes of the names or the xattrs, which may lie across blocks.
    func bytes(_ offset: UInt64, _ count: Int, of table: IndexHeader.Table) throws(IndexError) -> [UInt8] {
        try checked(offset, UInt64(count), in: table)
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var place = table.offset + offset
        while result.count < count {
            let within = Int(place % UInt64(IndexFormat.blockSize))
            let part = min(count - result.count, IndexFormat.blockSize - within)
            let block = try block(place / UInt64(IndexFormat.blockSize))
            result.append(contentsOf: block.span(within, part))
            place += UInt64(part)
        }
        return result
    }

    /// The sign of (stored name − `name`), bytes as unsigned, a prefix first.
    func compare(_ offset: UInt64, _ count: Int, with name: UnsafeRawBufferPointer) throws(IndexError) -> Int {
        try checked(offset, UInt64(count), in: header.names)
        let common = min(count, name.count)
        var place = header.names.offset + offset
        var index = 0
        while index < common {
            let within = Int(place % UInt64(IndexFormat.blockSize))
            let part = min(common - index, IndexFormat.blockSize - within)
            let stored = try block(place / UInt64(IndexFormat.blockSize)).span(within, part)
            for position in 0..<part where stored[position] != name[index + position] {
                return stored[position] < name[index + position] ? -1 : 1
            }
            index += part
            place += UInt64(part)
        }
        return count == name.count ? 0 : count < name.count ? -1 : 1
    }
}
