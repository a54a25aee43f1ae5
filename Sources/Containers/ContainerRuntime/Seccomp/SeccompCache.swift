import CSeccomp
import EnclaveCrypto
import Glibc
import Linux
import OCI

/// Compiled filters, kept beside the containers' states by the digest of what they were compiled from.
///
/// libseccomp takes 15 to 30 ms for a profile as Docker's, three times what the rest of a start does; and a machine has few profiles.
/// A folder that others could have made or can write is not used: a filter of theirs would let through what they like. A file begins with
/// magic, version and minimum reader, 16 bits each, and ends with the digest of the instructions between.
struct SeccompCache {
    /// No container can have this name.
    static let folderName = "cache:seccomp"
    private static let magic = Array("RUNEBPF\n".utf8)
    /// To be raised with every change of what is compiled from the same profile.
    static let version: UInt16 = 2
    static let minimumReader: UInt16 = 2
    private static let headLength = 12
    private static let entryLimit = 64

    private let folder: String
    private let key: Digest

    init(root: String, source: JSON) {
        folder = root + "/" + Self.folderName
        var hash = SHA256()
        hash.update(Array("\(Self.version) ".utf8))
        if let version = seccomp_version()?.pointee {
            hash.update(Array("\(version.major).\(version.minor).\(version.micro) \(seccomp_arch_native())\n".utf8))
        }
        hash.update(JSONWriter.write(source))
        key = hash.finalize()
    }

    private var path: String { folder + "/" + Hexadecimal.text(key.bytes) }

    /// `nil`: there is none, or what is there is not whole.
    func instructions() -> [UInt8]? {
        guard isOwn, let bytes = try? FileContents.read(path, limit: 1 << 20), Self.isKnown(bytes) else { return nil }
        let body = bytes.dropFirst(Self.headLength)
        guard body.count > Digest.byteCount, (body.count - Digest.byteCount) % 8 == 0 else { return nil }
        let instructions = Array(body.dropLast(Digest.byteCount))
        return SHA256.hash(instructions).bytes == Array(body.suffix(Digest.byteCount)) ? instructions : nil
    }

    /// Two that store the same at once may leave half of it, which `instructions` does not take.
    func store(_ instructions: [UInt8]) {
        _ = mkdir(folder, 0o700)
        guard isOwn else { return }
        let entries = entries
        if entries.count >= Self.entryLimit { for name in entries { unlink(folder + "/" + name) } }
        let contents = Self.head + instructions + SHA256.hash(instructions).bytes
        try? FileContents.replace(path, with: contents, mode: 0o600)
    }

    private static var head: [UInt8] {
        magic + [version, minimumReader].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private static func isKnown(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= headLength, bytes.starts(with: magic) else { return false }
        return UInt16(bytes[10]) | UInt16(bytes[11]) << 8 <= version
    }

    private var isOwn: Bool {
        var information = stat()
        return lstat(folder, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR && information.st_uid == geteuid()
            && information.st_mode & 0o022 == 0
    }

    private var entries: [String] {
        guard let directory = try? FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY) else { return [] }
        return (try? FolderListing.names(of: directory.raw, folder)) ?? []
    }
}
