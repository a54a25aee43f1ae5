import EnclaveBuild
import EnclaveCrypto
import ForeignImages
import Glibc
import Linux
import SGX

/// A file that describes an enclave, and the signature for it: one that was named, the one inside, or one beside it.
struct ForeignFile {
    private static let longest = 4 << 30
    private static let endings = [".sig", ".ss", ".sigstruct"]

    struct Signature {
        let sigstruct: SIGSTRUCT
        /// The file it was read from; nil for the one inside.
        let path: String?
    }

    let path: String
    let image: ForeignImage
    let signature: Signature?

    init(_ path: String, sigstruct: String?, heap: UInt64) throws(BuildError) {
        self.path = path
        let bytes = try Self.read(path)
        do throws(ForeignImageError) { image = try ForeignImage(bytes, heap: heap) } catch {
            throw BuildError("cannot understand \(path)", why: error.reason, remedy: error.remedy)
        }
        signature = try Self.signature(of: image, at: path, named: sigstruct)
    }

    static func isFolder(_ path: String) -> Bool {
        do throws(SystemCallError) {
            _ = try FileDescriptor.open(path, O_PATH | O_DIRECTORY)
            return true
        } catch { return false }
    }

    private static func signature(
        of image: ForeignImage, at path: String, named: String?
    ) throws(BuildError) -> Signature? {
        if let named { return Signature(sigstruct: try parse(try read(named), named), path: named) }
        if let embedded = image.signature {
            return Signature(sigstruct: try parse(embedded, "\(path), the SIGSTRUCT inside"), path: nil)
        }
        for candidate in beside(path) {
            // Other signatures have these endings too: what has not the size of a SIGSTRUCT is none of ours.
            guard let bytes = try? read(candidate), bytes.count == SIGSTRUCT.byteCount else { continue }
            return Signature(sigstruct: try parse(bytes, candidate), path: candidate)
        }
        return nil
    }

    /// `image.sgxs` may lie beside `image.sig` or `image.sgxs.sig`.
    private static func beside(_ path: String) -> [String] {
        var stems = [path]
        if let dot = path.lastIndex(of: "."), !path[dot...].contains("/"), dot != path.startIndex {
            stems.append(String(path[..<dot]))
        }
        return stems.flatMap { stem in endings.map { stem + $0 } }.filter { $0 != path }
    }

    private static func parse(_ bytes: [UInt8], _ name: String) throws(BuildError) -> SIGSTRUCT {
        do throws(SGXError) { return try SIGSTRUCT(parsing: bytes) } catch {
            throw BuildError("refused \(name)", why: "\(error)", remedy: "sign the enclave again")
        }
    }

    private static func read(_ path: String) throws(BuildError) -> [UInt8] {
        do throws(SystemCallError) {
            return try BoundedFile.read(FileDescriptor.open(path, O_RDONLY), path, limit: longest)
        } catch {
            let why = error.code == EINVAL ? "it is no regular file" : SystemCallError.reason(error.code)
            throw BuildError("cannot read \(path)", why: why, remedy: "check the path and its permissions")
        }
    }
}
