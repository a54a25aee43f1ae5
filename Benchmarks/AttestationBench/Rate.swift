import Glibc

/// How often something can be done in a second of this process's CPU time.
enum Rate {
    static func measure(seconds: Double, _ work: () throws -> Void) throws -> Double {
        for _ in 0..<20 { try work() }
        var best = 0.0
        for _ in 0..<5 {
            let begin = now()
            var count = 0
            repeat {
                for _ in 0..<20 { try work() }
                count += 20
            } while now() - begin < seconds / 5
            best = max(best, Double(count) / (now() - begin))
        }
        return best
    }

    private static func now() -> Double { Double(clock()) / 1e6 }
}
