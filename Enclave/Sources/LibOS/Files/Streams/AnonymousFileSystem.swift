/// Where pipes, sockets, eventfds and epolls get their numbers from.
enum AnonymousFileSystem {
    nonisolated(unsafe) static let pipes = FileSystem(typeName: "pipefs", type: FileSystemType.pipes, readOnly: false)
    nonisolated(unsafe) static let sockets = FileSystem(typeName: "sockfs", type: FileSystemType.sockets, readOnly: false)
    nonisolated(unsafe) static let others = FileSystem(typeName: "anon_inodefs", type: FileSystemType.anonymous, readOnly: false)
}
