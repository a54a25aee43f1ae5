import Volume
import Wire

/// One node for each file of a volume that somebody uses, and for some that nobody does.
final class EncryptedNodeTable {
    private var nodes = IntegerTable<EncryptedNode>()
    /// Files without names that were still used when they lost the last one.
    private var unnamed: [UInt64] = []

    private static let most = 4096

    func node(
        of file: VolumeFile, _ system: EncryptedFileSystem, _ volume: EncryptedFileSystem.HostVolume
    ) throws(VolumeError) -> EncryptedNode {
        if let known = nodes[file.number] { return known }
        if nodes.count >= Self.most { try trim(volume) }
        volume.hold(file)
        let node = EncryptedNode.make(system, file)
        nodes.set(file.number, node)
        if file.record.links == 0 { unnamed.append(file.number) }
        return node
    }

    func lostLastName(_ number: UInt64) { unnamed.append(number) }

    /// Files without names go when nobody uses them any more.
    func forgetUnnamed(_ volume: EncryptedFileSystem.HostVolume) throws(VolumeError) {
        var place = 0
        while place < unnamed.count {
            if try forget(unnamed[place], volume) { unnamed.remove(at: place) } else { place += 1 }
        }
    }

    private func trim(_ volume: EncryptedFileSystem.HostVolume) throws(VolumeError) {
        var numbers: [UInt64] = []
        nodes.forEach { number, _ in numbers.append(number) }
        for number in numbers { _ = try forget(number, volume) }
    }

    /// Whether nobody else had the node.
    private func forget(_ number: UInt64, _ volume: EncryptedFileSystem.HostVolume) throws(VolumeError) -> Bool {
        guard var node = nodes.remove(number) else { return true }
        guard isKnownUniquelyReferenced(&node), node.canBeForgotten else {
            nodes.set(number, node)
            return false
        }
        try volume.release(node.file)
        return true
    }
}
