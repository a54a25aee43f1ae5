import CEnclaveCrypto

/// Operations on secrets whose time depends on lengths alone.
public enum ConstantTime {
    /// Whether both hold the same bytes; lengths are not secret.
    public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && ec_equal(left, right, left.count) == 1
    }

    /// Overwrites a secret with zeros in a way the optimiser keeps.
    public static func erase(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let address = bytes.baseAddress else { return }
        ec_zero(address, bytes.count)
    }

    /// Overwrites the array's own storage; a copy made before keeps the secret.
    public static func erase(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBufferPointer { erase(UnsafeMutableRawBufferPointer($0)) }
    }
}
