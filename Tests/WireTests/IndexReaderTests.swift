import EnclaveBuild
import EnclaveCrypto
import Testing
import Wire

@Suite("The index reader")
struct IndexReaderTests {
    private static let shared = RandomTree(seed: 7, entries: 2000).nodes
    private static let sharedImage = Result { try IndexWriter.image(of: shared) }
    let tree: [IndexNode]
    let image: IndexImage

    init() throws {
        tree = Self.shared
        image = try Self.sharedImage.get()
    }

    func reader(_ source: MemoryIndex, cachedBlocks: Int = 512) throws -> IndexReader<MemoryIndex> {
        try IndexReader(source: source, root: image.root, length: UInt64(image.bytes.count), cachedBlocks: cachedBlocks)
    }

    @Test("gives back everything that was written", arguments: [8, 512])
    func readsEverything(cachedBlocks: Int) throws {
        let reader = try reader(MemoryIndex(image.bytes), cachedBlocks: cachedBlocks)
        for (number, node) in tree.enumerated() {
            #expect(try read(UInt32(number), with: reader) == node)
        }
        #expect(throws: IndexError.malformed) { try reader.inode(UInt32(tree.count)) }
    }

    @Test("proves that a name is absent")
    func absence() throws {
        let reader = try reader(MemoryIndex(image.bytes))
        let root = try reader.inode(0)
        for name in ["", "no such name", "\u{1}", "zzzzzzzzzzzz"] {
            let found = try Array(name.utf8).withUnsafeBytes { try reader.lookup($0, in: root) }
            #expect(found == nil)
        }
    }

    @Test("finds the sites of a range of the file")
    func siteRanges() throws {
        let reader = try reader(MemoryIndex(image.bytes))
        for (number, node) in tree.enumerated() {
            guard case .file(_, _, let sites) = node.content else { continue }
            let inode = try reader.inode(UInt32(number))
            let some = try reader.sites(of: inode, from: 17, to: 160)
            #expect(some == sites.filter { $0.offset >= 17 && $0.offset < 160 })
        }
    }

    @Test("refuses a flipped bit in any block that an access touches and is right in all others")
    func flippedBits() throws {
        var generator = RandomTree.Generator(state: 99)
        for block in 0..<image.bytes.count / IndexFormat.blockSize {
            let source = MemoryIndex(image.bytes)
            let place = block * IndexFormat.blockSize + Int.random(in: 0..<IndexFormat.blockSize, using: &generator)
            source.bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            var refused = false
            do throws(IndexError) {
                let reader = try IndexReader(source: source, root: image.root, length: UInt64(image.bytes.count))
                for _ in 0..<60 {
                    let number = Int.random(in: 0..<tree.count, using: &generator)
                    do throws(IndexError) {
                        #expect(try read(UInt32(number), with: reader) == tree[number])
                    } catch {
                        #expect(error == .corrupt(block: UInt64(block)))
                        refused = true
                    }
                }
            } catch {
                #expect(error == .corrupt(block: UInt64(block)))
                refused = true
            }
            #expect(refused || !source.blocksRead.contains(UInt64(block)))
        }
    }

    @Test("refuses an index with an entry removed, a listing shortened, another length")
    func removedEntries() throws {
        for change in [removeFirstEntry, shortenRoot] {
            var other = tree
            change(&other)
            let forged = try IndexWriter.image(of: other)
            #expect(throws: IndexError.self) {
                try IndexReader(source: MemoryIndex(forged.bytes), root: image.root, length: UInt64(forged.bytes.count))
            }
        }
        for length in [0, 1, 4096, image.bytes.count - 4096, image.bytes.count + 4096, Int.max - 4095] {
            #expect(throws: IndexError.self) {
                try IndexReader(source: MemoryIndex(image.bytes), root: image.root, length: UInt64(length))
            }
        }
    }

    @Test("refuses an inode record made outside whose numbers lie beyond the tables")
    func foreignRecords() throws {
        let reader = try reader(MemoryIndex(image.bytes))
        var inode = IndexInode()
        inode.size = .max
        inode.first = .max - 3
        inode.firstSite = .max
        inode.siteCount = .max
        inode.xattrOffset = .max
        inode.xattrLength = 100
        for type: UInt32 in [0o040000, 0o100000, 0o120000] {
            inode.mode = type
            #expect(throws: IndexError.malformed) { try reader.entry(0, of: inode) }
            #expect(throws: IndexError.malformed) { try reader.lookup(UnsafeRawBufferPointer(start: nil, count: 0), in: inode) }
            #expect(throws: IndexError.malformed) { try reader.chunkDigest(0, of: inode) }
            #expect(throws: IndexError.malformed) { try reader.linkTarget(of: inode) }
            #expect(throws: IndexError.malformed) { try reader.sites(of: inode, from: 0, to: .max) }
            #expect(throws: IndexError.malformed) { try reader.xattrs(of: inode) }
        }
    }

    @Test("can be used by others while it waits for a block")
    func reentrance() throws {
        let source = MemoryIndex(image.bytes)
        let reader = try reader(source, cachedBlocks: 8)
        let last = UInt32(tree.count - 1)
        source.whileReading = { for number in 0..<last { _ = try? reader.inode(number) } }
        #expect(try read(last, with: reader) == tree[Int(last)])
        #expect(try reader.inode(last) == reader.inode(last))
    }

    @Test("fetches a proof of logarithmic size, once")
    func fetches() throws {
        let source = MemoryIndex(image.bytes)
        let reader = try reader(source)
        #expect(source.blocksRead.count == 3)
        _ = try reader.inode(0)
        let fetched = reader.bytesFetched
        #expect(fetched <= 5 * 4096)
        _ = try reader.inode(1)
        #expect(reader.bytesFetched == fetched)
    }

    private func read(_ number: UInt32, with reader: IndexReader<MemoryIndex>) throws(IndexError) -> IndexNode {
        let inode = try reader.inode(number)
        var node = IndexNode(mode: inode.mode, content: try content(of: inode, with: reader))
        node.uid = inode.uid
        node.gid = inode.gid
        node.linkCount = inode.linkCount
        node.modificationSeconds = inode.modificationSeconds
        node.modificationNanoseconds = inode.modificationNanoseconds
        node.deviceMajor = inode.deviceMajor
        node.deviceMinor = inode.deviceMinor
        node.parent = inode.parent
        node.attributes = try reader.xattrs(of: inode)
        return node
    }

    private func content(of inode: IndexInode, with reader: IndexReader<MemoryIndex>) throws(IndexError) -> IndexNode.Content {
        switch inode.type {
        case 0o040000:
            var list: [IndexEntry] = []
            for position in 0..<Int(inode.size) {
                let entry = try reader.entry(position, of: inode)
                let found = entry.name.withUnsafeBytes { name -> Result<UInt32?, IndexError> in
                    do throws(IndexError) { return .success(try reader.lookup(name, in: inode)) } catch { return .failure(error) }
                }
                #expect(try found.get() == entry.inode)
                list.append(entry)
            }
            return .directory(list)
        case 0o120000: return .link(try reader.linkTarget(of: inode))
        case 0o100000:
            var digests: [UInt8] = []
            let chunks = (inode.size + UInt64(IndexFormat.chunkSize) - 1) / UInt64(IndexFormat.chunkSize)
            for chunk in 0..<chunks { digests += try reader.chunkDigest(chunk, of: inode).bytes }
            return .file(size: inode.size, digests: digests, sites: try reader.sites(of: inode, from: 0, to: .max))
        default: return .special
        }
    }

    private func removeFirstEntry(_ nodes: inout [IndexNode]) {
        guard case .directory(var list) = nodes[0].content else { return }
        list.removeFirst()
        nodes[0].content = .directory(list)
    }

    private func shortenRoot(_ nodes: inout [IndexNode]) {
        guard case .directory(var list) = nodes[0].content else { return }
        list.removeLast()
        nodes[0].content = .directory(list)
    }
}
