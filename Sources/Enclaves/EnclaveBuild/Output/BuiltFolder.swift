import EnclaveCrypto
import EnclaveLayout
import SGX
import Wire

/// A built enclave as it lies in its folder (blueprint, decision 14): untrusted data until the processor and the LibOS judge it.
public struct BuiltFolder: Sendable {
    public static let imageName = "enclave.img"
    public static let sigstructName = "sigstruct"
    public static let indexName = "index"
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
        index = try HostFile.read("\(path)/\(Self.indexName)", what: "the index", limit: 1 << 34)
    }

    public var indexHeader: IndexHeader? {
        guard let root = Digest(bytes: configuration.indexRoot) else { return nil }
        return try? IndexReader(source: IndexBytes(index), root: root, length: configuration.indexLength).header
    }

    /// Recomputes everything that can be: index root, MRENCLAVE, signature, masks.
    ///
    /// - Returns: MRENCLAVE.
    public func check() throws(BuildError) -> Digest {
        try checkIndex()
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
        try checkIndex()
        let measurement = try EnclaveMeasurement.measure(image: image, configuration: configurationBytes)
        var sigstruct = SIGSTRUCT(configuration: configuration, measurement: measurement)
        try key.sign(&sigstruct)
        return sigstruct
    }

    private func checkIndex() throws(BuildError) {
        let file = "\(path)/\(Self.indexName)"
        guard UInt64(index.count) == configuration.indexLength else {
            throw Self.damaged(file, "it has \(index.count) bytes, the configuration says \(configuration.indexLength)")
        }
        let rebuilt: IndexImage
        do throws(IndexError) {
            let dataLength = try IndexGeometry(fileLength: UInt64(index.count)).dataLength
            rebuilt = try IndexImage(data: Array(index[..<Int(dataLength)]))
        } catch { throw Self.damaged(file, "it is no index this version reads") }
        guard rebuilt.root.bytes == configuration.indexRoot, rebuilt.bytes == index else {
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
