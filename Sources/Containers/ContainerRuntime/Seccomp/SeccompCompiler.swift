import CLinux
import CSeccomp
import Glibc
import Linux
import OCI

/// Turns `linux.seccomp` into the kernel's program with libseccomp.
///
/// Names that the library does not know are left out, as they are by runc: profiles name calls of every architecture and of
/// kernels to come.
struct SeccompCompiler {
    private let seccomp: SpecSeccomp
    private let log: RuntimeLog
    private let place = "linux.seccomp"

    /// `cache` is asked first for what this takes long to make.
    static func compile(_ seccomp: SpecSeccomp, cache: SeccompCache?, log: RuntimeLog) throws(RuntimeError) -> SeccompProgram {
        let compiler = SeccompCompiler(seccomp: seccomp, log: log)
        let (flags, listener) = (try compiler.flags(), try compiler.listener())
        if let known = cache?.instructions() { return SeccompProgram(instructions: known, flags: flags, listener: listener) }
        let instructions = try compiler.instructions()
        cache?.store(instructions)
        return SeccompProgram(instructions: instructions, flags: flags, listener: listener)
    }

    private func instructions() throws(RuntimeError) -> [UInt8] {
        let action = try Self.action(seccomp.defaultAction, seccomp.defaultErrnoRet, "\(place).defaultAction")
        guard action.kind != .notify else {
            throw RuntimeError("\(place).defaultAction: SCMP_ACT_NOTIFY would also ask about the calls that start the program")
        }
        guard let filter = seccomp_init(action.code) else { throw RuntimeError("\(place): libseccomp cannot make a filter") }
        defer { seccomp_release(filter) }
        let architectures = try addArchitectures(to: filter)
        // The library's binary tree is wrong when it is empty, and no gain for a few calls.
        if seccomp.rules.reduce(0, { $0 + $1.names.count }) > 32 { seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) }
        for (index, rule) in seccomp.rules.enumerated() {
            try add(rule, at: "\(place).syscalls[\(index)]", besides: action.code, to: filter)
        }
        var instructions = try export(filter)
        if !action.kind.letsThrough, action.code != SeccompAction.errno.code(UInt32(ENOSYS)) {
            instructions = UnknownCallStub(architectures, seccomp.rules).instructions + instructions
        }
        guard instructions.count / 8 <= 4096 else { throw RuntimeError("\(place): the filter is too long for the kernel") }
        return instructions
    }

    /// `nil`: no rule asks anybody.
    private func listener() throws(RuntimeError) -> SeccompListener? {
        guard seccomp.rules.contains(where: { $0.action == SeccompAction.notify.rawValue }) else { return nil }
        guard let path = seccomp.listenerPath, !path.isEmpty else {
            throw RuntimeError("\(place).listenerPath: must be given, since a rule has SCMP_ACT_NOTIFY")
        }
        return SeccompListener(path: path, metadata: seccomp.listenerMetadata ?? "")
    }

    private func flags() throws(RuntimeError) -> UInt32 {
        var bits: UInt32 = 0
        for name in seccomp.flags {
            guard let flag = SeccompNames.flags.first(where: { $0.name == name }) else {
                throw RuntimeError("\(place).flags: \"\(name)\" is not a flag of a filter")
            }
            bits |= flag.bit
        }
        return bits
    }

    private func addArchitectures(to filter: scmp_filter_ctx) throws(RuntimeError) -> [UInt32] {
        var added = [seccomp_arch_native()]
        for name in seccomp.architectures {
            guard let token = SeccompNames.architecture(name) else {
                throw RuntimeError("\(place).architectures: \"\(name)\" is not an architecture that libseccomp knows")
            }
            if added.contains(token) { continue }
            try check(seccomp_arch_add(filter, token), "\(place).architectures: cannot add \(name)")
            added.append(token)
        }
        return added
    }

    // MARK: Rules

    private func add(
        _ rule: SpecSeccomp.Rule, at place: String, besides common: UInt32, to filter: scmp_filter_ctx
    ) throws(RuntimeError) {
        let action = try Self.action(rule.action, rule.errnoRet, "\(place).action")
        let conditions = try conditions(rule, place)
        if action.code == common { return }
        for name in rule.names {
            let number = seccomp_syscall_resolve_name(name)
            guard number != __NR_SCMP_ERROR else {
                log.debug("\(place).names: the system call \"\(name)\" is not known here and left out")
                continue
            }
            for group in conditions {
                let result = seccomp_rule_add_array(filter, action.code, number, UInt32(group.count), group)
                try check(result, "\(place): cannot add a rule for \(name)")
            }
        }
    }

    /// What must hold together; conditions on one argument twice are alternatives, each a rule of its own (as for runc and crun).
    private func conditions(_ rule: SpecSeccomp.Rule, _ place: String) throws(RuntimeError) -> [[scmp_arg_cmp]] {
        var all: [scmp_arg_cmp] = []
        for (index, condition) in rule.conditions.enumerated() {
            let place = "\(place).args[\(index)]"
            guard condition.index < 6 else { throw RuntimeError("\(place).index: \(condition.index) is not between 0 and 5") }
            guard let comparison = SeccompNames.operators.first(where: { $0.name == condition.op }) else {
                throw RuntimeError("\(place).op: \"\(condition.op)\" is not a comparison")
            }
            let (first, second) = (condition.value, condition.valueTwo)
            all.append(scmp_arg_cmp(arg: condition.index, op: comparison.value, datum_a: first, datum_b: second))
        }
        let isRepeated = Set(all.map(\.arg)).count < all.count
        return isRepeated ? all.map { [$0] } : [all]
    }

    private static func action(
        _ name: String, _ number: UInt32?, _ place: String
    ) throws(RuntimeError) -> (kind: SeccompAction, code: UInt32) {
        guard let kind = SeccompAction(rawValue: name) else {
            throw RuntimeError("\(place): \"\(name)\" is not an action of a filter")
        }
        guard number == nil || kind.takesNumber else { throw RuntimeError("\(place): \(name) takes no error number") }
        return (kind, kind.code(number))
    }

    // MARK: The library

    private func export(_ filter: scmp_filter_ctx) throws(RuntimeError) -> [UInt8] {
        try RuntimeError.wrap(place) {
            let file = FileDescriptor(owning: try SystemCallError.check(cl_make_memory_file("filter"), "make a file"))
            try check(seccomp_export_bpf(filter, file.raw), "libseccomp cannot write the filter")
            try SystemCallError.checkErrno(Int32(truncatingIfNeeded: lseek(file.raw, 0, SEEK_SET)), "rewind a file")
            return try FileContents.read(file, "the filter")
        }
    }

    private func check(_ result: Int32, _ action: @autoclosure () -> String) throws(RuntimeError) {
        if result < 0 { throw RuntimeError("\(action()): \(SystemCallError.reason(-result))") }
    }
}
