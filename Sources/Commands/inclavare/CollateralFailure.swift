import ArgumentParser
import CollateralService
import Dispatch
import Synchronization

/// Does work of the collateral service from a command, which has no tasks of its own; collateral that cannot be had is exit code 3.
enum CollateralFailure {
    static let exitCode = ExitCode(3)

    private final class Outcome<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, CollateralServiceError>?>(nil)
    }

    /// Waits for `work`; its error is one line on standard error.
    static func reported<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(CollateralServiceError) -> Value
    ) throws -> Value {
        switch result(of: work) {
        case .success(let value): return value
        case .failure(let error):
            StandardError.write(error.description)
            throw exitCode
        }
    }

    static func result<Value: Sendable>(
        of work: @escaping @Sendable () async throws(CollateralServiceError) -> Value
    ) -> Result<Value, CollateralServiceError> {
        let outcome = Outcome<Value>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let result: Result<Value, CollateralServiceError>
            do throws(CollateralServiceError) { result = .success(try await work()) } catch { result = .failure(error) }
            outcome.value.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        guard let result = outcome.value.withLock({ $0 }) else { preconditionFailure("work that ended has a result") }
        return result
    }
}
