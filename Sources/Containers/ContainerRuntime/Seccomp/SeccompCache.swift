import CSeccomp
import EnclaveCrypto
import Glibc
import Linux
import OCI

/// Compiled filters, kept beside the containers' states by the digest of what they were compiled from.
///
/// libseccomp takes 15 to 30 ms for a profile as Docker's, three times what the rest of a start does; and a machine has few profiles.
/// Whoever could write here could write the containers' records, too.
struct SeccompCache {
    /// No container can have this name.
    static let folderName = "cache:seccomp"
    private static let magic = Array("RUNEBPF1".utf8)
    private static let entryLimit = 64

    private let folder: String
    private let key: Digest

    init(root: String, source: JSON) {
        folder = root + "/" + Self.folderName
        var hash = SHA256()
        if let version = seccomp_version()?.pointee {
            hash.update(Array("\(version.major).\(version.minor).\(version.micro) \(seccomp_arch_native())\n".utf8))
        }
        hash.update(JSONWriter.write(source))
        key = hash.finalize()
    }

    private var path: String { folder + "/" + Hexadecimal.text(key.bytes) }

    /// `nil`: there is none, or what is there is not whole.
    func instructions() -> [UInt8]? {
        guard let bytes = try? FileContents.read(path, limit: 1 << 20), bytes.starts(with: Self.magic) else { return nil }
        let body = bytes.dropFirst(Self.magic.count)
        guard body.count > Digest.byteCount, (body.count - Digest.byteCount) % 8 == 0 else { return nil }
        let instructions = Array(body.dropLast(Digest.byteCount))
        return SHA256.hash(instructions).bytes == Array(body.suffix(Digest.byteCount)) ? instructions : nil
    }

    /// Two that store the same at once may leave half of it, which `instructions` does not take.
    func store(_ instructions: [UInt8]) {
        _ = mkdir(folder, 0o700)
        let entries = entries
        if entries.count >= Self.entryLimit { for name in entries { unlink(folder + "/" + name) } }
        let contents = Self.magic + instructions + SHA256.hash(instructions).bytes
        try? FileContents.replace(path, with: contents, mode: 0o600)
    }

    private var entries: [String] {
        guard let directory = try? FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY) else { return [] }
        return (try? FolderListing.names(of: directory.raw, folder)) ?? []
    }
}
