import FoundationEssentials
import Glibc

/// Why a file could not be read or written, in the system's words: Foundation's own description is a paragraph of domains and URLs.
enum FileFailure {
    static func reason(_ error: any Error) -> String {
        let code = ((error as? CocoaError)?.underlying as? POSIXError ?? error as? POSIXError)?.code
        return code.map { String(cString: strerror($0.rawValue)) } ?? "the file system refused it"
    }
}
