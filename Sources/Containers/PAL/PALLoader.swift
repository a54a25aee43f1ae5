import CPAL
import ContainerRuntime

/// Loads libraries of the PAL API into this process.
package struct PALLoader: EnclaveLibraryLoader {
    /// What C libraries load by themselves, when a thread ends or a stack is unwound: nothing can be loaded once the container is entered.
    private static let companions = ["libgcc_s.so.1"]

    package init() {}

    package func load(_ path: String, preload: [String]) throws(RuntimeError) -> any EnclaveLibrary {
        for name in Self.companions { _ = cpal_keep(name) }
        for name in preload {
            if let reason = cpal_keep(name) {
                throw RuntimeError("cannot load \(name), which comes before it: \(String(cString: reason))")
            }
        }
        var library = cpal_library()
        if let reason = cpal_open(path, &library) { throw RuntimeError("cannot load it: \(String(cString: reason))") }
        guard (1...CPAL_NEWEST).contains(Int(library.version)) else {
            throw RuntimeError("it has version \(library.version) of the PAL API; 1 to \(CPAL_NEWEST) are known")
        }
        if let name = cpal_missing(&library) {
            throw RuntimeError("it has version \(library.version) of the PAL API, but no \(String(cString: name))")
        }
        return PALLibrary(library)
    }
}
