import EnclaveRuntime
import Wire

/// /etc/resolv.conf, /etc/hosts and /etc/hostname where the manifest does not leave them to the image.
///
/// They are made when they are opened, from what the host has then.
enum NameFiles {
    typealias File = (path: Bytes, node: Node)

    /// Paths and files, for a root that still shows the image's own.
    ///
    /// BLOCKS.
    static func make(
        _ rule: NetworkRule, over root: FileSystemRoot, _ fileSystem: FileSystem
    ) throws(Errno) -> [File] {
        guard kernel.hasNetwork else { return [] }
        let isHosts = rule.names == .host
        var files: [File] = []
        if isHosts || !rule.nameServers.isEmpty {
            let image = isHosts ? nil : try find("/etc/resolv.conf", in: root)
            files.append(
                file("/etc/resolv.conf", fileSystem) { () throws(Errno) in
                    ResolverText.sanitised(isHosts ? ask(.resolver) : try contents(of: image), servers: rule.nameServers)
                })
        }
        guard isHosts else { return files }
        let image = try find("/etc/hosts", in: root)
        files.append(
            file("/etc/hosts", fileSystem) { () throws(Errno) in
                HostsText.merged(image: try contents(of: image), host: ask(.hosts), hostname: kernel.hostname)
            })
        files.append(file("/etc/hostname", fileSystem) { () throws(Errno) in kernel.hostname + [10] })
        return files
    }

    private static func file(
        _ path: StaticString, _ fileSystem: FileSystem, _ text: @escaping () throws(Errno) -> Bytes
    ) -> File {
        (path: Bytes(text: path), node: GeneratedNode(fileSystem, mode: 0o644, text))
    }

    /// What the host has; nothing where it has nothing.
    private static func ask(_ name: NameFile) -> Bytes {
        var bytes: Bytes = []
        _ = Host.unlockedCall { area in
            let result = area.call(.nameFile, name.rawValue)
            if result > 0, result <= Int64(Host.limit) { bytes = area.read(count: Int(result)) }
            return result
        }
        return bytes
    }

    private static let longest = 65_536

    /// A file of the image, if there is one.
    private static func find(_ path: StaticString, in root: FileSystemRoot) throws(Errno) -> Node? {
        do throws(Errno) {
            let node = try root.walk(Bytes(text: path), at: root.rootPosition, .follow, .kernel).existing()
            return node.kind == .regular ? node : nil
        } catch {
            switch error {
            case .ENOENT, .ENOTDIR, .ELOOP: return nil
            default: throw error
            }
        }
    }

    /// The verified contents: what cannot be verified is an error and never taken for nothing.
    private static func contents(of node: Node?) throws(Errno) -> Bytes {
        guard let node else { return [] }
        let file = try node.open(flags: OpenFlags.readOnly, path: node.path, .kernel)
        let memory = KernelBuffer(count: longest)
        let count = try file.readAt(0, IOBuffer(kernel: memory.bytes, count: longest))
        return Bytes(memory.contents.prefix(count))
    }
}
