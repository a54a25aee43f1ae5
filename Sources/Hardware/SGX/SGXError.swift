/// Why bytes are not one of the processor's structures.
public enum SGXError: Error, Equatable, Sendable {
    case wrongSize(SGXStructure, expected: Int, actual: Int)
    /// A byte at or after `offset` that the SDM reserves as zero is not.
    case reservedNotZero(SGXStructure, offset: Int)
    /// The field at `offset` has a value that the SDM gives no meaning.
    case badValue(SGXStructure, offset: Int)
}

/// The structures that have an error of their own.
public enum SGXStructure: UInt8, Sendable {
    case attributes, secs, tcs, secinfo, pageinfo, sigstruct, einittoken, report, targetInfo, keyRequest, gprsgx, exinfo,
        measurement
}

#if !hasFeature(Embedded)
    extension SGXError: CustomStringConvertible {
        public var description: String {
            switch self {
            case .wrongSize(let structure, let expected, let actual):
                "\(structure) of \(actual) bytes refused: it has \(expected)"
            case .reservedNotZero(let structure, let offset):
                "\(structure) refused: a byte at or after offset \(offset) is reserved and must be zero"
            case .badValue(let structure, let offset):
                "\(structure) refused: the field at offset \(offset) has a value without a meaning"
            }
        }
    }
#endif
