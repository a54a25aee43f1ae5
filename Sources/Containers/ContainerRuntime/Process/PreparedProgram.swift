import Glibc

/// A program that is found and needs only to be executed.
struct PreparedProgram {
    let path: String
    let arguments: [String]
    let environment: [String]

    /// Returns only when the kernel refuses, with errno saying why.
    ///
    /// After `last` there is no other system call.
    func execute(after last: () throws(RuntimeError) -> Void) throws(RuntimeError) {
        var failure: RuntimeError?
        CStrings.with(arguments) { arguments in
            CStrings.with(environment) { environment in
                do throws(RuntimeError) {
                    try last()
                    _ = execve(path, arguments, environment)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }
}
