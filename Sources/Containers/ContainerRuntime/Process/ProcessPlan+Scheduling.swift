import Linux
import OCI

/// When, where and as what the kernel runs the process.
extension ProcessPlan {
    /// As linux/ioprio.h numbers them.
    static let ioPriorityClasses: [(name: String, number: Int32)] = [
        ("IOPRIO_CLASS_RT", 1), ("IOPRIO_CLASS_BE", 2), ("IOPRIO_CLASS_IDLE", 3),
    ]
    static let personalities: [(name: String, number: UInt)] = [("LINUX", 0), ("LINUX32", 8)]

    /// Of the calling process, with the host's /proc.
    func setOOMScore() throws(RuntimeError) {
        guard let score = process.oomScoreAdj else { return }
        try RuntimeError.wrap("process.oomScoreAdj") {
            try ProcFilesystem().write(String(score), to: "thread-self/oom_score_adj")
        }
    }

    mutating func planScheduling() throws(RuntimeError) {
        guard let wanted = process.scheduler else { return }
        let place = "process.scheduler"
        guard let policy = Scheduling.policies.first(where: { $0.name == wanted.policy }) else {
            throw RuntimeError("\(place).policy: \"\(wanted.policy)\" is not a scheduling policy")
        }
        guard (-20...19).contains(wanted.nice) else {
            throw RuntimeError("\(place).nice: \(wanted.nice) is not between -20 and 19")
        }
        let isRealTime = policy.name == "SCHED_FIFO" || policy.name == "SCHED_RR"
        guard wanted.priority == 0 || isRealTime else {
            throw RuntimeError("\(place).priority: only SCHED_FIFO and SCHED_RR have one")
        }
        guard (0...99).contains(wanted.priority) else {
            throw RuntimeError("\(place).priority: \(wanted.priority) is not between 0 and 99")
        }
        let hasPeriod = wanted.runtime != 0 || wanted.deadline != 0 || wanted.period != 0
        guard !hasPeriod || policy.name == "SCHED_DEADLINE" else {
            throw RuntimeError("\(place): runtime, deadline and period are for SCHED_DEADLINE only")
        }
        var scheduling = Scheduling(policy: policy.number)
        (scheduling.nice, scheduling.priority) = (wanted.nice, UInt32(wanted.priority))
        (scheduling.runtime, scheduling.deadline, scheduling.period) = (wanted.runtime, wanted.deadline, wanted.period)
        for name in wanted.flags {
            guard let flag = Scheduling.flagNames.first(where: { $0.name == name }) else {
                throw RuntimeError("\(place).flags: \"\(name)\" is not a flag of a scheduling policy")
            }
            scheduling.flags |= flag.bit
        }
        self.scheduling = scheduling
    }

    mutating func planIOPriority() throws(RuntimeError) {
        guard let wanted = process.ioPriority else { return }
        guard let kind = Self.ioPriorityClasses.first(where: { $0.name == wanted.priorityClass }) else {
            throw RuntimeError("process.ioPriority.class: \"\(wanted.priorityClass)\" is not a class of I/O priority")
        }
        guard (0...7).contains(wanted.priority) else {
            throw RuntimeError("process.ioPriority.priority: \(wanted.priority) is not between 0 and 7")
        }
        ioPriority = kind.number << 13 | wanted.priority
    }

    mutating func planAffinity() throws(RuntimeError) {
        func set(_ text: String?, _ name: String) throws(RuntimeError) -> CPUSet? {
            guard let text, !text.isEmpty else { return nil }
            guard let set = CPUSet(text) else {
                throw RuntimeError("process.execCPUAffinity.\(name): \"\(text)\" is not a list of CPUs")
            }
            return set
        }
        initialCPUs = try set(process.execCPUAffinity?.initial, "initial")
        finalCPUs = try set(process.execCPUAffinity?.final, "final")
    }

    mutating func planPersonality(_ wanted: SpecLinux.Personality?) throws(RuntimeError) {
        guard let wanted else { return }
        guard let domain = Self.personalities.first(where: { $0.name == wanted.domain }) else {
            throw RuntimeError("linux.personality.domain: \"\(wanted.domain)\" is neither LINUX nor LINUX32")
        }
        guard wanted.flags.isEmpty else { throw RuntimeError("linux.personality.flags: the specification has no flags yet") }
        personality = domain.number
    }
}
