/// A third-party enclave runtime that is loaded into the container's first process.
///
/// Which program can load one is not known here: `rune` itself is static and cannot.
package protocol EnclaveLibrary: AnyObject, Sendable {
    /// Of the PAL API.
    var version: Int { get }
    /// Makes the enclave, as part of `create`.
    func initialise(arguments: String, logLevel: String) throws(RuntimeError)
    /// Runs the program on the calling thread; its exit status.
    func run(path: String, arguments: [String], environment: [String]) throws(RuntimeError) -> Int32
    /// `false`: the library does not take it.
    func kill(_ signal: Int32) -> Bool
    /// A REPORT of the enclave for another one.
    func localReport(targetInfo: [UInt8]) throws(RuntimeError) -> [UInt8]
    func destroy()
}

/// Loads enclave libraries of the host.
package protocol EnclaveLibraryLoader: Sendable {
    /// `preload`: what it needs beside what it names itself, since nothing can be loaded later.
    func load(_ path: String, preload: [String]) throws(RuntimeError) -> any EnclaveLibrary
}
