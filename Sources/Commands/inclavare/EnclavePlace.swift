import EnclaveBuild
import Foundation
import Linux

/// Where an enclave and the root filesystem it indexes lie.
struct EnclavePlace {
    let folder: String
    let rootfs: String

    /// `path` is the folder itself, or a root filesystem that carries one.
    init(_ path: String, rootfs: String?) throws(BuildError) {
        folder = try BuiltFolder.locate(path)
        // Links are resolved first, or the parent would be that of the link.
        self.rootfs = rootfs ?? URL(fileURLWithPath: folder).resolvingSymlinksInPath().deletingLastPathComponent().path
    }

    /// The root filesystem, as the host half serves it.
    func open() throws(BuildError) -> FileDescriptor {
        do throws(SystemCallError) {
            return try FileDescriptor.open(rootfs, O_PATH | O_DIRECTORY)
        } catch {
            throw BuildError(
                "cannot open the root filesystem \(rootfs)", why: SystemCallError.reason(error.code),
                remedy: "give the directory the enclave was built over with --rootfs")
        }
    }
}
