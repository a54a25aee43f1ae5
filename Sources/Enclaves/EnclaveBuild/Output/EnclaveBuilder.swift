import EnclaveLayout
import Glibc
import SGX
import Wire

/// Makes an enclave: index, configuration, layout, measurement, signature, folder.
public struct EnclaveBuilder {
    private let rootfs: String
    private let manifest: Manifest
    private let key: SigningKey
    private let image: [UInt8]
    private let folders: [String: String]

    /// Reads the small inputs, so that their errors come before the long work.
    ///
    /// - Parameter folders: where verified mounts are found, by mount path.
    public init(
        rootfs: String, manifest: String, key: String, image: String, folders: [String: String] = [:]
    ) throws(BuildError) {
        self.folders = folders
        let text = try HostFile.read(manifest, what: "the manifest", limit: 1 << 20)
        self.manifest = try Manifest(String(decoding: text, as: UTF8.self), file: manifest)
        self.key = try SigningKey(path: key)
        self.image = try Self.stripped(try HostFile.read(image, what: "the image", limit: 64 << 20))
        self.rootfs = rootfs
    }

    private static func stripped(_ image: [UInt8]) throws(BuildError) -> [UInt8] {
        do throws(LayoutError) { return try EnclaveImage(image).stripped() } catch {
            throw BuildError("cannot use the image", why: "\(error)", remedy: "take the image of this version")
        }
    }

    /// - Parameter progress: files indexed and files in all; called from several threads.
    public func build(
        into output: String, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) throws(BuildError) -> BuiltEnclave {
        try checkOutput(output, rootfs, "the root filesystem")
        for (path, folder) in folders { try checkOutput(output, folder, "the folder of the verified mount \(path)") }
        let mounted = try VerifiedFolders(
            of: manifest.configuration.mounts, at: folders, rootfs: rootfs, progress: progress)
        let filesystem = try RootFilesystem(at: rootfs, progress: progress)
        try EntrypointCheck(filesystem, mounted).check(manifest.configuration.entrypoint)
        let index = try filesystem.index()
        let configuration = manifest.configuration(over: index, of: filesystem, mounted)
        let encoded = configuration.encoded()
        guard encoded.count <= EnclaveConfiguration.longest else {
            throw BuildError(
                "the manifest makes too large a configuration", why: "\(encoded.count) bytes", remedy: "shorten its lists")
        }
        let measurement = try EnclaveMeasurement.measure(image: image, configuration: encoded)
        var sigstruct = SIGSTRUCT(configuration: configuration, measurement: measurement)
        try key.sign(&sigstruct)
        try BuiltFolder.write(
            [
                (BuiltFolder.imageName, image), (BuiltFolder.sigstructName, sigstruct.bytes),
                (BuiltFolder.indexName, index.bytes), (BuiltFolder.configurationName, encoded),
                (BuiltFolder.manifestName, Array(manifest.text.utf8)),
            ] + mounted.all.map { (TreeNumber(mount: $0.mount).indexName, $0.index.bytes) }, to: output)
        return BuiltEnclave(filesystem: filesystem, folders: mounted, configuration: configuration, sigstruct: sigstruct)
    }

    /// An output inside the root filesystem would change what was indexed, unless it is the one place that is left out.
    private func checkOutput(_ output: String, _ tree: String, _ name: String) throws(BuildError) {
        let parent = output.split(separator: "/", omittingEmptySubsequences: true).dropLast().joined(separator: "/")
        let folder = output.hasPrefix("/") ? "/" + parent : parent.isEmpty ? "." : parent
        guard let place = Self.realPath(folder) else {
            throw BuildError("cannot write \(output)", why: "\(folder) does not exist", remedy: "make it first")
        }
        guard let root = Self.realPath(tree) else { return }
        let isInside = place == root || place.hasPrefix(root == "/" ? "/" : root + "/")
        let isReserved = place == root && output.split(separator: "/").last.map(String.init) == BuiltFolder.nameInRootfs
        guard !isInside || isReserved else {
            throw BuildError(
                "cannot write \(output)", why: "it lies inside \(name) and would change its index",
                remedy: "write to \(rootfs)/\(BuiltFolder.nameInRootfs) or outside")
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// What `EnclaveBuilder` made.
public struct BuiltEnclave: Sendable {
    public let filesystem: RootFilesystem
    public let folders: VerifiedFolders
    public let configuration: EnclaveConfiguration
    public let sigstruct: SIGSTRUCT
}
