import Glibc

/// A program that is found and needs only to be executed.
struct PreparedProgram {
    let path: String
    let arguments: [String]
    let environment: [String]

    /// Returns only when the kernel refuses, with errno saying why.
    func execute() {
        CStrings.with(arguments) { arguments in
            CStrings.with(environment) { environment in _ = execve(path, arguments, environment) }
        }
    }
}
