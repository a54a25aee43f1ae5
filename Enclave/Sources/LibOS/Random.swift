import CEnclave
import EnclaveCrypto

@_extern(c, "arc4random_buf")
private func hardwareRandom(_ buffer: UnsafeMutableRawPointer, _ count: Int)

/// Random bytes from the CPU; the host has no say.
enum Random {
    static func fill(_ start: UnsafeMutableRawPointer, _ count: Int) { hardwareRandom(start, count) }
}
