import EnclaveBuild
import Foundation

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
}
