import Glibc

/// The preload library: what INCLAVARE_SGX_LIBRARY names, else beside this executable or in ../lib.
enum SGXRunLibrary {
    static let name = "libinclavare-sgx.so"

    /// LD_PRELOAD with the library first and what the caller had behind it.
    static func preload() throws(SGXRunFailure) -> String {
        let path = try path()
        guard !path.contains(where: { $0 == ":" || $0.isWhitespace }) else {
            throw .noLibrary("LD_PRELOAD cannot name \(path)", remedy: "move it to a path without colons and spaces")
        }
        guard let others = getenv("LD_PRELOAD").map({ String(cString: $0) }), !others.isEmpty else { return path }
        return "\(path):\(others)"
    }

    private static func path() throws(SGXRunFailure) -> String {
        if let given = getenv("INCLAVARE_SGX_LIBRARY").map({ String(cString: $0) }) {
            guard let real = real(given) else {
                throw .noLibrary("\(given) cannot be read", remedy: "correct or unset INCLAVARE_SGX_LIBRARY")
            }
            return real
        }
        guard let executable = real("/proc/self/exe") else {
            throw .noLibrary("/proc/self/exe cannot be read", remedy: "name the library in INCLAVARE_SGX_LIBRARY")
        }
        let folder = executable[..<(executable.lastIndex(of: "/") ?? executable.endIndex)]
        let places = ["\(folder)/\(name)", "\(folder)/../lib/\(name)"]
        for place in places {
            if let real = real(place) { return real }
        }
        throw .noLibrary(
            "it is not at " + places.joined(separator: " nor at "),
            remedy: "build it with `make build`, or name it in INCLAVARE_SGX_LIBRARY")
    }

    private static func real(_ path: String) -> String? {
        guard access(path, R_OK) == 0, let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
