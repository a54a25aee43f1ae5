/// How often a thread asked the host, with an exit and without.
struct HostCallCount {
    private(set) var exits: UInt64 = 0
    private(set) var exitless: UInt64 = 0

    mutating func add(isExitless: Bool) {
        if isExitless { exitless &+= 1 } else { exits &+= 1 }
    }

    func since(_ before: HostCallCount) -> HostCallCount {
        var difference = HostCallCount()
        difference.exits = exits &- before.exits
        difference.exitless = exitless &- before.exitless
        return difference
    }
}
