/// Where encrypted volumes and the folders of verified mounts lie on the host.
package struct VolumePlaces: Sendable {
    /// Folders of the host by mount path; a mount that is not among them lies at its `source` in the root filesystem.
    package var folders: [String: String] = [:]
    /// Folder for the counters of all volumes; beside each volume when not given.
    package var counters: String?
    /// Folder for what a program writes to its root; /var/tmp, /tmp or /dev/shm when not given.
    package var scratch: String?

    package init() {}
}
