/// The model: what the SDM and the driver of Linux say happens, written from their text and from nothing of ours.
///
/// One enclave of 64 pages; offsets count from its base. Where a sequence does something whose result no rule fixes, the model
/// says so in `isUndefined`, and the rest of the sequence is not compared.
struct Machine {
    static let pageCount = 64
    static let size = UInt64(pageCount) * 4096

    /// What the signature measures.
    let signed: [Addition]
    var pages: [ModelPage?] = Array(repeating: nil, count: pageCount)
    /// The process's mappings: rights of each page, nil where there is none.
    var mappings: [Rights?] = Array(repeating: nil, count: pageCount)
    var added: [Addition] = []
    var isInitialised = false
    /// Where another thread stays inside.
    var stay: (tcs: Int, depth: UInt64)?
    var isUndefined = false

    init(signed: [Addition]) { self.signed = signed }

    mutating func apply(_ operation: Operation) -> Outcome {
        switch operation {
        case .add(let addition): .driver(errno: add(addition))
        case .initialise: .driver(errno: initialise())
        case .map(let offset, let length, let rights): .driver(errno: map(offset, length, rights))
        case .unmap(let offset, let length): unmap(offset, length)
        case .restrict(let offset, let length, let rights): restrict(offset, length, rights)
        case .retype(let offset, let length, let type): retype(offset, length, type)
        case .remove(let offset, let length): remove(offset, length)
        case .augment(let offset): augment(offset)
        case .enter(let tcs, let command): enter(tcs, command)
        case .resume(let tcs): resume(tcs)
        case .stay(let tcs): startStay(tcs)
        case .leave: leave()
        }
    }

    /// Page number of an address inside ELRANGE.
    static func page(_ address: UInt64) -> Int? { address < size ? Int(address / 4096) : nil }

    /// Whole pages inside the enclave, as the driver demands.
    static func range(_ offset: UInt64, _ length: UInt64) -> Range<Int>? {
        guard offset % 4096 == 0, length % 4096 == 0, length > 0, offset < size, length <= size - offset else { return nil }
        return Int(offset / 4096)..<Int((offset + length) / 4096)
    }
}
