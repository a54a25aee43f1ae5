/// Why an image and a configuration do not make an enclave.
package enum LayoutError: Error, Equatable, Sendable, CustomStringConvertible {
    case truncated(what: String, need: UInt64, have: UInt64)
    case notAnImage(String)
    case segment(Int, String)
    case configuration(String)
    case tooSmall(need: UInt64, addressSpace: UInt64)

    package var description: String {
        switch self {
        case .truncated(let what, let need, let have):
            "enclave.img: truncated: \(what) needs \(need) bytes, the file has \(have); copy or build it again"
        case .notAnImage(let reason):
            "enclave.img: not an enclave image: \(reason)"
        case .segment(let number, let reason):
            "enclave.img: segment \(number) refused: \(reason)"
        case .configuration(let reason):
            "configuration refused: \(reason)"
        case .tooSmall(let need, let addressSpace):
            "configuration refused: the enclave needs \(need) bytes and the address space has \(addressSpace); "
                + "raise address_space or lower memory"
        }
    }
}
