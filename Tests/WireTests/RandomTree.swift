import EnclaveBuild
import Wire

/// A tree of random shape: directories of many sizes, long and short names, links, chunks, sites, attributes.
struct RandomTree {
    private(set) var nodes: [IndexNode] = []
    private var generator: Generator

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    init(seed: UInt64, entries: Int) {
        generator = Generator(state: seed)
        nodes = [IndexNode(mode: 0o040755, content: .directory([]))]
        var remaining = entries
        var directory = 0
        while remaining > 0, directory < nodes.count {
            if case .directory = nodes[directory].content { fill(directory, &remaining) }
            directory += 1
        }
    }

    private mutating func fill(_ directory: Int, _ remaining: inout Int) {
        let count = directory == 0 ? min(remaining, 300) : min(remaining, Int.random(in: 0...40, using: &generator))
        var names: Set<[UInt8]> = []
        while names.count < count { names.insert(name()) }
        var list: [IndexEntry] = []
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            nodes.append(node(parent: directory))
            let type = UInt8(nodes[nodes.count - 1].mode >> 12)
            list.append(IndexEntry(name: name, inode: UInt32(nodes.count - 1), type: type))
        }
        nodes[directory].content = .directory(list)
        remaining -= count
    }

    private mutating func name() -> [UInt8] {
        let length = Int.random(in: 1...(Bool.random(using: &generator) ? 255 : 6), using: &generator)
        return bytes(length).map { $0 == 0 || $0 == 47 ? 95 : $0 }
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private mutating func node(parent: Int) -> IndexNode {
        var node: IndexNode
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...1:
            node = IndexNode(mode: 0o040700, content: .directory([]))
            node.parent = UInt32(parent)
        case 2: node = IndexNode(mode: 0o120777, content: .link(bytes(Int.random(in: 1...4096, using: &generator))))
        case 3:
            node = IndexNode(mode: 0o020666, content: .special)
            node.deviceMajor = 1
            node.deviceMinor = 3
        default: node = IndexNode(mode: 0o100644, content: file())
        }
        node.uid = UInt32.random(in: 0...70000, using: &generator)
        node.modificationSeconds = Int64.random(in: -5...2_000_000_000, using: &generator)
        node.modificationNanoseconds = UInt32.random(in: 0..<1_000_000_000, using: &generator)
        if Int.random(in: 0..<8, using: &generator) == 0 {
            node.attributes = [
                IndexAttribute(name: Array("security.capability".utf8), value: bytes(20)),
                IndexAttribute(name: Array("user.note".utf8), value: bytes(Int.random(in: 0...6000, using: &generator))),
            ]
        }
        return node
    }

    private mutating func file() -> IndexNode.Content {
        let size = UInt64.random(in: 0...400_000, using: &generator)
        let chunks = Int((size + UInt64(IndexFormat.chunkSize) - 1) / UInt64(IndexFormat.chunkSize))
        var sites: [IndexSite] = []
        for number in 0..<Int.random(in: 0...60, using: &generator) where chunks > 0 {
            sites.append(
                IndexSite(offset: UInt32(number * 16), kind: .systemCallAfterMove, length: 7, instructionOffset: 5, expected: 0xb8))
        }
        return .file(size: size, digests: bytes(chunks * IndexFormat.digestSize), sites: sites)
    }
}
