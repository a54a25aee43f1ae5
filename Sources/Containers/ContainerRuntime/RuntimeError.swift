import Linux
import OCI

/// Why an operation on a container failed, in the words that go to the user and to the log.
///
/// Some texts are matched by containerd, cri-o and podman; those are the constants here.
package struct RuntimeError: Error, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }

    package static let doesNotExist = RuntimeError("container does not exist")
    package static let notRunning = RuntimeError("container not running")
    package static let notPaused = RuntimeError("container not paused")
    package static let alreadyExists = RuntimeError("container with given ID already exists")
    package static let alreadyRunning = RuntimeError("cannot start an already running container")
    package static let alreadyStopped = RuntimeError("cannot start a container that has stopped")

    /// Runs `body` and puts its failure, of whatever kind, behind `context`.
    @discardableResult
    static func wrap<Value: ~Copyable>(
        _ context: @autoclosure () -> String = "", _ body: () throws -> Value
    ) throws(RuntimeError) -> Value {
        do {
            return try body()
        } catch {
            let context = context()
            throw RuntimeError(context.isEmpty ? "\(error)" : "\(context): \(error)")
        }
    }
}
