import CEnclaveCrypto
import EnclaveCrypto

/// AES-256-GCM over single blocks, with nonces that cannot repeat.
///
/// A key is made for every opening of a volume, from sixteen random bytes, and counts its nonces in memory. So whatever a host does with
/// the stored bytes, restores of old copies and crashes included, no nonce is used twice under one key.
final class BlockCipher {
    /// What a block is; part of what its tag covers.
    enum Role: UInt32 {
        case superblock = 1
        case node = 2
        case data = 3
    }

    private static let label: StaticString = "inclavare volume epoch v1"
    private static let mostKeys = 64

    private var master: [UInt8]
    private var keys: [(epoch: Epoch, key: [UInt8])] = []
    let current: Epoch
    private let currentKey: [UInt8]
    /// What was sealed so far under the current key.
    private(set) var used: UInt64 = 0

    init(master: [UInt8], epoch: Epoch) {
        self.master = master
        current = epoch
        currentKey = Self.derive(master, epoch)
    }

    deinit {
        ConstantTime.erase(&master)
        for index in keys.indices { ConstantTime.erase(&keys[index].key) }
    }

    private static func derive(_ master: [UInt8], _ epoch: Epoch) -> [UInt8] {
        let salt = withUnsafeBytes(of: epoch) { [UInt8]($0) }
        let info = [UInt8](UnsafeBufferPointer(start: label.utf8Start, count: label.utf8CodeUnitCount))
        do throws(CryptoError) {
            return try HKDFSHA256.derive(secret: master, salt: salt, info: info, count: 32)
        } catch {
            // Only lengths can be refused, and these are constants.
            return []
        }
    }

    private func key(_ epoch: Epoch) -> [UInt8] {
        if epoch == current { return currentKey }
        for known in keys where known.epoch == epoch { return known.key }
        let key = Self.derive(master, epoch)
        if keys.count >= Self.mostKeys { keys.removeFirst() }
        keys.append((epoch: epoch, key: key))
        return key
    }

    /// A reference to `block` with a nonce of its own; its tag is made by `seal`.
    func reference(to block: UInt32) -> BlockReference {
        used += 1
        var reference = BlockReference()
        reference.block = block
        reference.epoch = current
        reference.count = used
        return reference
    }

    /// Encrypts in place under the reference, whose tag it sets; false where the processor cannot.
    func seal(
        _ bytes: UnsafeMutableRawPointer, _ length: Int, _ role: Role, _ reference: inout BlockReference, header: [UInt8] = []
    )
        -> Bool
    {
        let associated = Self.associated(role, reference.block, header)
        var nonce = (reference.count.littleEndian, UInt32(0))
        var tag = Tag()
        let key = currentKey
        let code = withUnsafeBytes(of: &nonce) { nonce in
            withUnsafeMutableBytes(of: &tag) { tag in
                ec_aes_gcm_seal(
                    key, key.count, nonce.baseAddress, associated, associated.count, bytes, length, tag.baseAddress)
            }
        }
        reference.tag = tag
        return code == 0
    }

    /// Decrypts in place; false, and the bytes stay as they are, when they are not what was sealed under the reference.
    func open(_ bytes: UnsafeMutableRawPointer, _ length: Int, _ role: Role, _ reference: BlockReference, header: [UInt8] = [])
        -> Bool
    {
        let associated = Self.associated(role, reference.block, header)
        var nonce = (reference.count.littleEndian, UInt32(0))
        var tag = reference.tag
        let key = key(reference.epoch)
        return withUnsafeBytes(of: &nonce) { nonce in
            withUnsafeBytes(of: &tag) { tag in
                ec_aes_gcm_open(
                    key, key.count, nonce.baseAddress, associated, associated.count, bytes, length, tag.baseAddress) == 0
            }
        }
    }

    private static func associated(_ role: Role, _ block: UInt32, _ header: [UInt8]) -> [UInt8] {
        var bytes = withUnsafeBytes(of: (role.rawValue.littleEndian, block.littleEndian)) { [UInt8]($0) }
        bytes.append(contentsOf: header)
        return bytes
    }
}
