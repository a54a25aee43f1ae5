import Glibc
import SGX
import SoftSGX

/// Why a call of the program fails: the errno it gets.
struct Refusal: Error {
    let code: Int32

    init(_ code: Int32) { self.code = code }

    /// What C gave back: a value, or the negated errno.
    @discardableResult
    static func check(_ result: Int) throws(Refusal) -> Int {
        guard result >= 0 else { throw Refusal(Int32(truncatingIfNeeded: -result)) }
        return result
    }

    @discardableResult
    static func check(_ result: Int32) throws(Refusal) -> Int { try check(Int(result)) }

    /// The same for what the software SGX throws.
    static func translating<Result>(_ body: () throws(SoftSGXError) -> Result) throws(Refusal) -> Result {
        do throws(SoftSGXError) { return try body() } catch { throw Refusal(error.errno) }
    }
}
