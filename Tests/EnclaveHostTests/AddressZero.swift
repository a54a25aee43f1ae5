import Synchronization

/// Address 0 of the tests' process: whoever has an enclave there keeps others away.
enum AddressZero {
    private static let user = Mutex(())

    static func use<Result>(_ body: () throws -> Result) rethrows -> Result {
        try user.withLock { _ in try body() }
    }
}
