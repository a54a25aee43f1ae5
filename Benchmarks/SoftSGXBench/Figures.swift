import CSoftSGX
import CSoftSGXBench
import EnclaveBuild
import Glibc
import Linux
import SGX
import SoftSGX

/// Nanoseconds of single operations of the software SGX: the least of several rounds.
struct Figures {
    let key: SigningKey

    /// The time of this thread alone: others use the machine too, and nothing here sleeps.
    private func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private func least(_ rounds: Int, _ body: () throws -> Double) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<rounds { best = min(best, try body()) }
        return best
    }

    /// Nanoseconds for EADD and sixteen EEXTENDs of a page.
    func measuredAddition() throws -> Double {
        let pages = 8192
        let contents = [UInt8](repeating: 0xa5, count: pages * 4096)
        return try least(4) {
            let bench = try BenchEnclave(bytes: 64 << 20, key: key)
            let begin = now()
            try contents.withUnsafeBytes {
                try bench.enclave.addPages(.bytes($0), at: BenchEnclave.room, SECINFO(.regular, [.read, .write]), measured: true)
            }
            return (now() - begin) / Double(pages)
        }
    }

    /// Nanoseconds for EENTER and EEXIT.
    func entry(rewriting: Bool, trapping: Bool) throws -> Double {
        let bench = try BenchEnclave(bytes: 1 << 20, key: key, rewriting: rewriting)
        try bench.initialise()
        let thread = try bench.enclave.attach()
        let count = rewriting && !trapping ? 20_000 : 1_000
        return try least(8) {
            let begin = now()
            for _ in 0..<count { _ = try BenchEnclave.enter(thread, BENCH_LEAVE, trapping: trapping) }
            return (now() - begin) / Double(count)
        }
    }

    /// Nanoseconds a page: EAUG ahead by the driver, and EACCEPT; where nothing is ahead, the fault of EACCEPT adds the page.
    func growth(rewriting: Bool, ahead: Bool) throws -> (augment: Double, accept: Double) {
        let pages: UInt64 = 2048
        var augment = Double.infinity
        let accept = try least(4) {
            let bench = try BenchEnclave(bytes: 16 << 20, key: key, rewriting: rewriting)
            try bench.initialise()
            let thread = try bench.enclave.attach()
            let begin = now()
            if ahead {
                var progress = PageProgress()
                try bench.enclave.augment(BenchEnclave.room, pages * 4096, progress: &progress)
            }
            let middle = now()
            let end = try BenchEnclave.enter(thread, BENCH_ACCEPT, BenchEnclave.base + BenchEnclave.room, pages)
            guard end.rsi == 0, end.rdx == 0 else { throw BenchError("EACCEPT gave \(end.rsi) with \(end.rdx) pages left") }
            augment = min(augment, (middle - begin) / Double(pages))
            return (now() - middle) / Double(pages)
        }
        return (augment, accept)
    }

    /// Nanoseconds for an enclave of 256 MiB from ECREATE to the mappings: every page added, or none of the room.
    func creation(dynamic: Bool) throws -> Double {
        let size: UInt64 = 256 << 20
        var signed: SIGSTRUCT?
        func build() throws -> Double {
            let begin = now()
            let bench = try BenchEnclave(bytes: size, key: key)
            if !dynamic {
                let pages = Int((size - BenchEnclave.room) / 4096)
                try bench.enclave.addPages(
                    .zeros(pages: pages), at: BenchEnclave.room, SECINFO(.regular, [.read, .write]), measured: false)
            }
            if let signed {
                try bench.initialise(signed)
                return now() - begin
            }
            signed = try bench.signature()
            return .infinity
        }
        return try least(6, build)
    }
}
