/// Runs a sequence on model and processor, and makes one that differs as short as it can.
struct SequenceRunner {
    let base: UInt64
    let other: StayingThread

    /// Nil where both agree to the end, or to the first step whose result no rule fixes.
    func difference(_ operations: [Operation], _ signed: SignedLayout, _ manner: Manner) throws -> Difference? {
        var model = Machine(signed: signed.layout.additions)
        let real = try RealEnclave(signed, base: base, manner, other: other)
        defer { _ = real.apply(.leave) }
        for (index, operation) in operations.enumerated() {
            let expected = model.apply(operation)
            if model.isUndefined { return nil }
            let found = real.apply(operation)
            guard Self.agree(operation, expected, found) else {
                return Difference(operations: operations, index: index, expected: expected, found: found)
            }
        }
        return nil
    }

    /// Whether the faults of an ENCLU's operands count as writes, the SDM does not say.
    private static func agree(_ operation: Operation, _ expected: Outcome, _ found: Outcome) -> Bool {
        let isLeaf: Bool =
            switch operation {
            case .enter(_, .leaf), .enter(_, .leaves), .resume: true
            default: false
            }
        guard isLeaf, case .exception(14, let code, let page) = expected, case .exception(14, let otherCode, let otherPage) = found
        else { return expected == found }
        return code & ~2 == otherCode & ~2 && page == otherPage
    }

    /// Leaves steps out as long as a difference remains.
    func shrink(_ difference: Difference, _ signed: SignedLayout, _ manner: Manner) throws -> Difference {
        var best = difference
        var operations = Array(difference.operations.prefix(difference.index + 1))
        var step = max(1, operations.count / 2)
        while true {
            var start = 0
            var left = false
            while start < operations.count {
                var fewer = operations
                fewer.removeSubrange(start..<min(start + step, operations.count))
                if let found = try self.difference(fewer, signed, manner) {
                    best = found
                    operations = Array(fewer.prefix(found.index + 1))
                    left = true
                } else {
                    start += step
                }
            }
            if step == 1, !left { return best }
            step = max(1, step / 2)
        }
    }
}
