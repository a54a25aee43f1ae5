import EnclaveRuntime
import Volume
import Wire

/// A volume's blocks in a file of the host.
struct HostBlockStore: BlockStore {
    let handle: UInt64
    /// A file nobody keeps has nothing to make durable.
    let isDurable: Bool

    /// Opens the volume of a mount, or with `nil` a file that is gone with the enclave.
    ///
    /// BLOCKS.
    init(mount: Int?, readOnly: Bool) throws(Errno) {
        let number = mount.map { UInt64($0) } ?? UInt64.max
        let result = Host.unlockedCall { $0.call(.openVolume, number, readOnly ? 1 : 0) }
        let handle = Host.checked(result, most: 4096)
        guard handle >= 0 else { throw Errno(code: Int32(-handle)) }
        self.handle = UInt64(handle)
        isDurable = mount != nil
    }

    var blockCount: UInt32 {
        let handle = handle
        let length = Host.unlockedCall { $0.call(.volumeLength, handle) }
        return length > 0 ? UInt32(clamping: UInt64(length) / UInt64(Block.byteCount)) : 0
    }

    func read(_ block: UInt32, into pages: [UnsafeMutableRawPointer]) throws(VolumeError) {
        let handle = handle
        let count = pages.count * Block.byteCount
        let result = Host.unlockedCall { area in
            let result = area.call(.readVolume, handle, UInt64(block) * UInt64(Block.byteCount), UInt64(count))
            guard result == Int64(count) else { return result }
            for index in 0..<pages.count { area.read(into: pages[index], count: Block.byteCount, at: index * Block.byteCount) }
            return result
        }
        try Self.require(result, count)
    }

    func write(_ block: UInt32, _ bytes: UnsafeRawPointer, count: Int) throws(VolumeError) {
        let handle = handle
        let length = count * Block.byteCount
        let result = Host.unlockedCall { area in
            area.write(bytes, count: length)
            return area.call(.writeVolume, handle, UInt64(block) * UInt64(Block.byteCount), UInt64(length))
        }
        try Self.require(result, length)
    }

    func sync() throws(VolumeError) {
        guard isDurable else { return }
        let handle = handle
        try Self.require(Host.unlockedCall { $0.call(.syncVolume, handle) }, 0)
    }

    func resize(to blocks: UInt32) throws(VolumeError) {
        let handle = handle
        try Self.require(Host.unlockedCall { $0.call(.resizeVolume, handle, UInt64(blocks) * UInt64(Block.byteCount)) }, 0)
    }

    /// Exactly what was asked for, or an error.
    private static func require(_ result: Int64, _ wanted: Int) throws(VolumeError) {
        let checked = Host.checked(result, most: wanted)
        if checked < 0 { throw .host(Int32(-checked)) }
        guard checked == wanted else { throw .host(Errno.EIO.code) }
    }

    func random(_ start: UnsafeMutableRawPointer, _ count: Int) { Random.fill(start, count) }

    func compute<R>(_ body: () -> R) -> R { unlocked(body) }
}
