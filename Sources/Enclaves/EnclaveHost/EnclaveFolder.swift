import EnclaveLayout
import Glibc
import Linux
import SGX
import Wire

/// A built enclave: `enclave.img`, `sigstruct`, `config` and the index of each tree, opened through one directory descriptor.
///
/// All of it is untrusted; EINIT and the LibOS judge it. Files are read within a bound; the indexes stay descriptors.
package struct EnclaveFolder: ~Copyable {
    package static let name = ".inclavare"
    static let longestImage = 64 << 20

    package let image: [UInt8]
    package let sigstruct: [UInt8]
    package let configuration: [UInt8]
    package let indexes: HeldDescriptors

    /// The folder at `path`.
    package static func open(path: String) throws(EnclaveHostError) -> EnclaveFolder {
        let directory: FileDescriptor
        do throws(SystemCallError) {
            directory = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY)
        } catch {
            throw .folder(path, "\(error)")
        }
        return try open(directory: directory, named: path)
    }

    /// The folder behind `directory`, called `path` in errors.
    package static func open(
        directory: borrowing FileDescriptor, named path: String
    ) throws(EnclaveHostError) -> EnclaveFolder {
        let folder: EnclaveFolder
        do throws(SystemCallError) {
            let configuration = try read("config", directory, path, EnclaveConfiguration.longest)
            folder = EnclaveFolder(
                image: try read("enclave.img", directory, path, longestImage),
                sigstruct: try read("sigstruct", directory, path, SIGSTRUCT.byteCount), configuration: configuration,
                indexes: try openIndexes(configuration, directory, path))
        } catch {
            throw .folder(path, "\(error)")
        }
        try folder.checkImage()
        return folder
    }

    /// Bytes of the file that no segment holds would be in no measurement: a folder has none.
    private borrowing func checkImage() throws(EnclaveHostError) {
        do throws(LayoutError) {
            guard let place = try EnclaveImage(image).firstUnmeasuredByte else { return }
            throw LayoutError.notAnImage("byte \(place) is in no segment, so nothing measures it; build the enclave again")
        } catch {
            throw .layout(error)
        }
    }

    /// The folder `/.inclavare` of a root filesystem.
    package static func open(rootFilesystem: String) throws(EnclaveHostError) -> EnclaveFolder {
        try open(path: rootFilesystem + "/" + name)
    }

    /// An enclave that exists in memory only.
    package init(image: [UInt8], sigstruct: [UInt8], configuration: [UInt8], indexes: HeldDescriptors) {
        self.image = image
        self.sigstruct = sigstruct
        self.configuration = configuration
        self.indexes = indexes
    }

    /// Of a configuration that cannot be read only the root's index is opened: loading it says what is wrong.
    private static func openIndexes(
        _ configuration: [UInt8], _ directory: borrowing FileDescriptor, _ path: String
    ) throws(SystemCallError) -> HeldDescriptors {
        let mounts = (try? EnclaveConfiguration(decoding: configuration))?.mounts ?? []
        var opened: [TreeNumber: Int32] = [:]
        do throws(SystemCallError) {
            for tree in TreeNumber.all(of: mounts) {
                opened[tree] = try BoundedFile.open(tree.indexName, below: directory, of: path).release()
            }
        } catch {
            _ = HeldDescriptors(owning: opened)
            throw error
        }
        return HeldDescriptors(owning: opened)
    }

    private static func read(
        _ name: String, _ directory: borrowing FileDescriptor, _ path: String, _ limit: Int
    ) throws(SystemCallError) -> [UInt8] {
        try BoundedFile.read(BoundedFile.open(name, below: directory, of: path), "\(path)/\(name)", limit: limit)
    }
}
