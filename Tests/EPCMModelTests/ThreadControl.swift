/// The fields of a TCS that software writes (SDM, table "Layout of Thread Control Structure").
struct ThreadControl: Equatable {
    var state: UInt64 = 0
    var flags: UInt64 = 0
    var ossa: UInt64
    var cssa: UInt32 = 0
    var nssa: UInt32
    var aep: UInt64 = 0
    var ogsbase: UInt64
    /// A byte of those that must be zero.
    var reserved: UInt8 = 0

    static let debugOptIn: UInt64 = 1

    /// A TCS whose GS is its save state area, as the code of the tests wants it.
    init(firstFrame page: Int, frames: UInt32) {
        ossa = UInt64(page) * 4096
        nssa = frames
        ogsbase = ossa
    }

    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        func put(_ value: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
        }
        put(state, at: 0)
        put(flags, at: 8)
        put(ossa, at: 16)
        put(cssa, at: 24)
        put(nssa, at: 28)
        put(aep, at: 40)
        put(ogsbase, at: 56)
        put(UInt32.max, at: 64)
        put(UInt32.max, at: 68)
        put(reserved, at: 1000)
        return bytes
    }
}
