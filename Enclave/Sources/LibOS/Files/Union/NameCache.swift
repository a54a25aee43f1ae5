/// Names that were looked up in directories of the image, with their nodes, or with the proof of absence already done.
///
/// The image never changes, so an entry is only ever forgotten to make room: two places for each hash.
struct NameCache {
    private struct Entry {
        var directory: UInt32
        var name: Bytes
        var node: TemporaryNode?
    }

    private var entries: [Entry?]
    private let mask: UInt64

    init(sets: Int) {
        mask = UInt64(sets - 1)
        entries = [Entry?](repeating: nil, count: sets * 2)
    }

    func find(_ name: PathName, in directory: UInt32) -> (node: TemporaryNode?, Void)? {
        let place = place(name, directory)
        for index in place...place + 1 {
            if let entry = entries[index], entry.directory == directory, name.equals(entry.name) { return (entry.node, ()) }
        }
        return nil
    }

    mutating func insert(_ name: PathName, in directory: UInt32, node: TemporaryNode?) {
        let place = place(name, directory)
        entries[place + 1] = entries[place]
        entries[place] = Entry(directory: directory, name: name.bytes, node: node)
    }

    private func place(_ name: PathName, _ directory: UInt32) -> Int {
        Int(name.hash(seed: UInt64(directory)) & mask) * 2
    }
}
