import CLinux

/// CPUs by number, read from a list as `0-3,7`.
package struct CPUSet: Equatable, Sendable {
    /// A bit for each CPU, lowest first.
    package private(set) var mask: [UInt8] = []
    private static let limit = 8192

    /// `nil`: the text is not such a list, or names no CPU.
    package init?(_ text: String) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { UInt16($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, last < Self.limit else { return nil }
            for number in Int(first)...Int(last) { add(number) }
        }
    }

    private mutating func add(_ number: Int) {
        // The kernel takes whole words.
        while mask.count <= number / 8 { mask += [UInt8](repeating: 0, count: 8) }
        mask[number / 8] |= 1 << UInt8(number % 8)
    }

    /// Lets the calling process run on these only.
    package func apply() throws(SystemCallError) {
        let result = mask.withUnsafeBytes { cl_set_affinity($0.baseAddress, $0.count) }
        try SystemCallError.check(result, "set the CPU affinity")
    }
}
