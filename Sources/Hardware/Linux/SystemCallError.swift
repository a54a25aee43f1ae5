import Glibc

/// A refused system call: what was being done, and the kernel's reason.
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
    package var code: Int32
    /// "mount proc on /proc": reads on after "cannot".
    package var action: String

    package init(_ code: Int32, _ action: String) {
        self.code = code
        self.action = action
    }

    package var description: String { "cannot \(action): \(Self.reason(code))" }

    package static func reason(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    /// For calls that return a value or the negated errno, as everything of CLinux does.
    @discardableResult
    package static func check(_ result: Int, _ action: @autoclosure () -> String) throws(SystemCallError) -> Int32 {
        if result < 0 { throw SystemCallError(Int32(truncatingIfNeeded: -result), action()) }
        return Int32(truncatingIfNeeded: result)
    }

    /// For libc's calls, which return -1 and set errno.
    @discardableResult
    package static func checkErrno(_ result: Int32, _ action: @autoclosure () -> String) throws(SystemCallError) -> Int32 {
        if result < 0 { throw SystemCallError(errno, action()) }
        return result
    }
}
