import Wire

/// The folders of a manifest's verified mounts, indexed as the root filesystem is.
public struct VerifiedFolders: Sendable {
    public struct Folder: Sendable {
        /// The mount's number in the configuration.
        public let mount: Int
        public let path: String
        public let filesystem: RootFilesystem
        public let index: IndexImage
    }

    public let all: [Folder]

    var newestDate: UInt64 { all.map(\.filesystem.newestDate).max() ?? 0 }

    /// - Parameter places: folders by mount path; a mount that is not among them is found at its `source` in the root filesystem.
    init(
        of mounts: [Mount], at places: [String: String], rootfs: String, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(BuildError) {
        let paths = mounts.map { $0.trust == .verified ? String(decoding: $0.path, as: UTF8.self) : nil }
        if let unknown = places.keys.sorted().first(where: { !paths.contains($0) }) {
            throw BuildError(
                "--volume \(unknown)=\(places[unknown] ?? "")", why: "the manifest has no verified mount at \(unknown)",
                remedy: "add one to its [[mounts]], or give the path of one it has")
        }
        var all: [Folder] = []
        for (number, path) in paths.enumerated() {
            guard let path else { continue }
            let place = try Self.place(of: mounts[number], path, places, rootfs)
            all.append(try Self.folder(number, path, place, progress))
        }
        self.all = all
    }

    private static func folder(
        _ number: Int, _ path: String, _ place: String, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(BuildError) -> Folder {
        do throws(BuildError) {
            let filesystem = try RootFilesystem(at: place, progress: progress)
            // Most likely the place where something is to be mounted later: nothing of it would ever be seen inside.
            guard filesystem.entryCount > 0 else {
                throw BuildError(place, why: "it is empty", remedy: "give the folder with --volume \(path)=FOLDER")
            }
            return Folder(mount: number, path: path, filesystem: filesystem, index: try filesystem.index())
        } catch {
            throw BuildError("verified mount \(path): \(error.what)", why: error.why, remedy: error.remedy)
        }
    }

    private static func place(
        of mount: Mount, _ path: String, _ places: [String: String], _ rootfs: String
    ) throws(BuildError) -> String {
        let place: String
        if let given = places[path] {
            place = given
        } else {
            place = try RootPath(rootfs: rootfs).resolve(String(decoding: mount.source, as: UTF8.self))
        }
        guard HostFile.isDirectory(place) else {
            throw BuildError(
                "verified mount \(path): \(place)", why: "there is no such folder",
                remedy: places[path] == nil ? "give it with --volume \(path)=FOLDER" : "check the path behind --volume")
        }
        return place
    }
}
