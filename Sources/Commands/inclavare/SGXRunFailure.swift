/// Why a program was not started, with the exit code that shells give for it.
struct SGXRunFailure: Error, CustomStringConvertible {
    let status: Int32
    let description: String

    static func notFound(_ name: String) -> SGXRunFailure {
        let remedy = name.contains("/") ? "give the path of a program" : "give its path, or put its folder on PATH"
        return SGXRunFailure(status: 127, description: "\(name): no such program: \(remedy)")
    }

    static func cannotRun(_ path: String, why: String) -> SGXRunFailure {
        SGXRunFailure(status: 126, description: "\(path): cannot be run: \(why)")
    }

    static func unreachable(_ path: String, why: String, remedy: String) -> SGXRunFailure {
        SGXRunFailure(status: 126, description: "\(path): the software SGX cannot reach it: \(why): \(remedy)")
    }

    static func noLibrary(_ why: String, remedy: String) -> SGXRunFailure {
        SGXRunFailure(status: 1, description: "libinclavare-sgx.so was not found: \(why): \(remedy)")
    }

    /// Said here, since the program would only see that the device cannot be used.
    static func noKey(_ why: String) -> SGXRunFailure {
        SGXRunFailure(status: 1, description: "\(why): name a folder of your own with --state")
    }
}
