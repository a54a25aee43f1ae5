import OCI

/// Device rules as a program of the kernel's, which it asks for each use of a device in a v2 cgroup.
///
/// For every kind of access that is asked for, the last rule that names the device decides; all of them must be allowed.
/// What no rule names is denied, as crun and runc have it.
struct DeviceProgram: Equatable, Sendable {
    let instructions: [BPFInstruction]

    private enum Register {
        static let verdict: UInt8 = 0
        static let type: UInt8 = 2
        /// What is asked for and was not yet allowed.
        static let access: UInt8 = 3
        static let major: UInt8 = 4
        static let minor: UInt8 = 5
        static let overlap: UInt8 = 6
    }

    init(_ rules: DeviceRules) {
        // struct bpf_cgroup_dev_ctx: access << 16 | type, major, minor.
        var program: [BPFInstruction] = [
            .load(Register.access, at: 0), .copy(Register.type, from: Register.access), .and(Register.type, 0xffff),
            .shiftRight(Register.access, by: 16), .load(Register.major, at: 4), .load(Register.minor, at: 8),
        ]
        var verdict: Int32 = 0
        for rule in rules.rules.reversed() {
            if rule.type == "a" {
                // In a configuration, as in v1's files, it means everything, whatever else stands in the rule.
                verdict = rule.allow ? 1 : 0
                break
            }
            program += Self.block(rule)
        }
        instructions = program + BPFInstruction.end(returning: verdict)
    }

    private static func block(_ rule: DeviceRules.Rule) -> [BPFInstruction] {
        // The machine compares with immediates of 31 bits and a sign; no device has a greater number.
        guard rule.major ?? 0 <= Int32.max, rule.minor ?? 0 <= Int32.max else { return [] }
        let decision = decide(rule)
        var block: [BPFInstruction] = []
        if let minor = rule.minor { block.insert(.skip(decision.count, unless: Register.minor, is: minor), at: 0) }
        if let major = rule.major {
            block.insert(.skip(decision.count + block.count, unless: Register.major, is: major), at: 0)
        }
        let type: UInt32 = rule.type == "b" ? 1 : 2
        block.insert(.skip(decision.count + block.count, unless: Register.type, is: type), at: 0)
        return block + decision
    }

    private static func decide(_ rule: DeviceRules.Rule) -> [BPFInstruction] {
        let access = DeviceAccess(letters: rule.access)
        guard rule.allow else {
            return [
                .copy(Register.overlap, from: Register.access), .and(Register.overlap, access.rawValue),
                .skip(2, if: Register.overlap, is: 0),
            ] + BPFInstruction.end(returning: 0)
        }
        if access == .all { return BPFInstruction.end(returning: 1) }
        let rest = DeviceAccess.all.subtracting(access)
        return [.and(Register.access, rest.rawValue), .skip(2, unless: Register.access, is: 0)]
            + BPFInstruction.end(returning: 1)
    }
}
