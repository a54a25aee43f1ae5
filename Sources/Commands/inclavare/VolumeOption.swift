import EnclaveBuild

/// PATH=FOLDER: which folder of this machine is behind a mount of the manifest.
enum VolumeOption {
    /// - Returns: folders by mount path.
    static func folders(_ items: [String]) throws(BuildError) -> [String: String] {
        var folders: [String: String] = [:]
        for item in items {
            guard let sign = item.firstIndex(of: "="), item.hasPrefix("/"), item.index(after: sign) < item.endIndex else {
                throw BuildError("--volume \(item)", why: "it is not PATH=FOLDER", remedy: "give the mount's path and a folder")
            }
            folders[String(item[..<sign])] = String(item[item.index(after: sign)...])
        }
        return folders
    }
}
