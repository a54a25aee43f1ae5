import EnclaveCrypto
import EnclaveLayout
import SGX
import Wire

/// A built enclave as it lies in its folder (blueprint, decision 14): untrusted data until the processor and the LibOS judge it.
public struct BuiltFolder: Sendable {
    public static let imageName = "enclave.img"
    public static let sigstructName = "sigstruct"
    public static let indexName = TreeNumber.root.indexName
    public static let configurationName = "config"
    public static let manifestName = "manifest.toml"
    /// Where a root filesystem carries its enclave.
    public static let nameInRootfs = ".inclavare"

    public let path: String
    public let image: [UInt8]
    public let configurationBytes: [UInt8]
    public let configuration: EnclaveConfiguration
    public let sigstruct: SIGSTRUCT
    public let index: [UInt8]
    /// The indexes of verified mounts.
    public let mountIndexes: [TreeNumber: [UInt8]]

    /// Reads all files of `path`, or of the folder that a root filesystem at `path` carries.
    public static func load(_ path: String) throws(BuildError) -> BuiltFolder { try BuiltFolder(try locate(path)) }

    /// `path` when it is a built enclave, else the one that a root filesystem there carries.
    public static func locate(_ path: String) throws(BuildError) -> String {
        for place in [path, "\(path)/\(nameInRootfs)"] where HostFile.isFile("\(place)/\(configurationName)") { return place }
        throw BuildError(
            "cannot find an enclave at \(path)", why: "neither it nor \(nameInRootfs) in it holds a \(configurationName)",
            remedy: "make one with: inclavare build")
    }

    private init(_ path: String) throws(BuildError) {
        self.path = path
        configurationBytes = try HostFile.read(
            "\(path)/\(Self.configurationName)", what: "the configuration", limit: EnclaveConfiguration.longest)
        do throws(WireError) { configuration = try EnclaveConfiguration(decoding: configurationBytes) } catch {
            throw Self.damaged("\(path)/\(Self.configurationName)", "it is no configuration this version reads (\(error))")
        }
        image = try HostFile.read("\(path)/\(Self.imageName)", what: "the image", limit: 64 << 20)
        let signature = try HostFile.read("\(path)/\(Self.sigstructName)", what: "the SIGSTRUCT", limit: 4096)
        do throws(SGXError) { sigstruct = try SIGSTRUCT(parsing: signature) } catch {
            throw Self.damaged("\(path)/\(Self.sigstructName)", "\(error)")
        }
        index = try Self.readIndex(.root, path)
        var indexes: [TreeNumber: [UInt8]] = [:]
        for tree in TreeNumber.all(of: configuration.mounts).dropFirst() { indexes[tree] = try Self.readIndex(tree, path) }
        mountIndexes = indexes
    }

    private static func readIndex(_ tree: TreeNumber, _ path: String) throws(BuildError) -> [UInt8] {
        try HostFile.read("\(path)/\(tree.indexName)", what: "the index", limit: 1 << 34)
    }

    /// The tree of the verified mount at `path`.
    public func tree(at path: String) throws(BuildError) -> TreeNumber {
        for tree in mountIndexes.keys {
            if let number = tree.mount, configuration.mounts[number].path == Array(path.utf8) { return tree }
        }
        throw BuildError(
            "cannot compare \(path)", why: "the enclave has no verified mount there", remedy: "give the path of one it has")
    }

    /// Root and length that the configuration has of a tree's index, and the bytes of the folder.
    func identity(of tree: TreeNumber) -> (root: [UInt8], length: UInt64, bytes: [UInt8]) {
        guard let number = tree.mount else { return (configuration.indexRoot, configuration.indexLength, index) }
        let mount = configuration.mounts[number]
        return (mount.indexRoot, mount.indexLength, mountIndexes[tree] ?? [])
    }

    public var indexHeader: IndexHeader? { header(of: .root) }

    /// Of a tree's index, when it is the one that was measured.
    public func header(of tree: TreeNumber) -> IndexHeader? {
        let known = identity(of: tree)
        guard let root = Digest(bytes: known.root) else { return nil }
        return try? IndexReader(source: IndexBytes(known.bytes), root: root, length: known.length).header
    }

    /// Recomputes everything that can be: index root, MRENCLAVE, signature, masks.
    ///
    /// - Returns: MRENCLAVE.
    public func check() throws(BuildError) -> Digest {
        try checkIndexes()
        let measurement = try EnclaveMeasurement.measure(image: image, configuration: configurationBytes)
        do throws(SIGSTRUCTError) {
            try sigstruct.check()
            try sigstruct.requireProductMasks()
        } catch { throw Self.damaged("\(path)/\(Self.sigstructName)", "\(error)") }
        guard sigstruct.enclaveHash == measurement else {
            throw Self.damaged(
                "\(path)/\(Self.sigstructName)",
                "it is for another enclave than \(Self.imageName) and \(Self.configurationName) make")
        }
        let expected = SIGSTRUCT(configuration: configuration, measurement: measurement)
        guard expected.attributes == sigstruct.attributes, expected.isvProdID == sigstruct.isvProdID,
            expected.isvSVN == sigstruct.isvSVN, expected.miscSelect == sigstruct.miscSelect
        else { throw Self.damaged("\(path)/\(Self.sigstructName)", "product, version or attributes differ from the configuration") }
        return measurement
    }

    /// Its pages in the order they are added.
    package func plan() throws(BuildError) -> EnclavePlan {
        try EnclaveMeasurement.plan(image: image, configuration: configurationBytes)
    }

    /// The same enclave under `key`.
    public func signed(with key: SigningKey) throws(BuildError) -> SIGSTRUCT {
        try checkIndexes()
        let measurement = try EnclaveMeasurement.measure(image: image, configuration: configurationBytes)
        var sigstruct = SIGSTRUCT(configuration: configuration, measurement: measurement)
        try key.sign(&sigstruct)
        return sigstruct
    }

    private func checkIndexes() throws(BuildError) {
        for tree in TreeNumber.all(of: configuration.mounts) { try checkIndex(of: tree) }
    }

    private func checkIndex(of tree: TreeNumber) throws(BuildError) {
        let file = "\(path)/\(tree.indexName)"
        let (root, length, index) = identity(of: tree)
        guard UInt64(index.count) == length else {
            throw Self.damaged(file, "it has \(index.count) bytes, the configuration says \(length)")
        }
        let rebuilt: IndexImage
        do throws(IndexError) {
            let dataLength = try IndexGeometry(fileLength: UInt64(index.count)).dataLength
            rebuilt = try IndexImage(data: Array(index[..<Int(dataLength)]))
        } catch { throw Self.damaged(file, "it is no index this version reads") }
        guard rebuilt.root.bytes == root, rebuilt.bytes == index else {
            throw Self.damaged(file, "its root is not the one in the configuration")
        }
    }

    static func damaged(_ file: String, _ why: String) -> BuildError {
        BuildError("refused \(file)", why: why, remedy: "restore it or build the enclave again")
    }
}

/// An index that is in memory.
final class IndexBytes: IndexBlockSource {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func readIndex(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(IndexError) {
        guard offset <= UInt64(bytes.count), buffer.count <= bytes.count - Int(offset) else { throw .unavailable }
        buffer.copyBytes(from: bytes[Int(offset)..<Int(offset) + buffer.count])
    }
}
