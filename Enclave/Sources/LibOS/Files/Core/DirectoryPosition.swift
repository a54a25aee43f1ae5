/// Where relative paths begin: the working directory of a process, or a directory descriptor.
struct DirectoryPosition {
    let directory: Node

    init(_ directory: Node) { self.directory = directory }

    var path: Bytes { directory.path }
}
