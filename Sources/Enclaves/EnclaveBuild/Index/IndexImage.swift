import EnclaveCrypto
import Wire

/// A finished index file and the root that the configuration will name.
public struct IndexImage: Sendable {
    public let bytes: [UInt8]
    public let root: Digest

    /// Hashes `data`, a multiple of 4096 bytes that begins with a header, into a tree and appends its levels.
    init(data: [UInt8]) throws(IndexError) {
        let geometry = try IndexGeometry(dataBlocks: UInt64(data.count / IndexFormat.blockSize))
        var bytes = data
        bytes.reserveCapacity(Int(geometry.fileLength))
        var level = 0..<data.count
        while level.count > IndexFormat.blockSize {
            let start = bytes.count
            for block in stride(from: level.lowerBound, to: level.upperBound, by: IndexFormat.blockSize) {
                bytes.append(contentsOf: Self.digest(of: bytes, block))
            }
            bytes.append(contentsOf: [UInt8](repeating: 0, count: -bytes.count & (IndexFormat.blockSize - 1)))
            level = start..<bytes.count
        }
        guard bytes.count == Int(geometry.fileLength), let top = Digest(bytes: Self.digest(of: bytes, level.lowerBound)) else {
            throw .malformed
        }
        self.bytes = bytes
        root = IndexRoot.digest(top: top, geometry: geometry)
    }

    private static func digest(of bytes: [UInt8], _ offset: Int) -> [UInt8] {
        bytes.withUnsafeBytes {
            SHA256.hash(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + IndexFormat.blockSize])).bytes
        }
    }
}
