import Linux

/// What the host gives an enclave to live on: files, streams, a way to the quoting service.
package struct HostServices: ~Copyable {
    /// The root the program's mounts are in, opened by the caller (O_PATH is enough).
    package var rootFilesystem: FileDescriptor
    /// The root filesystem the index describes, where mounts may cover files of it in the other one.
    package var image: FileDescriptor?
    /// The program's descriptors 0, 1 and 2; borrowed, never closed.
    package var streams: (input: Int32, output: Int32, error: Int32) = (0, 1, 2)
    /// Where log lines go; borrowed.
    package var log: Int32 = 2
    package var quoting: QuoteClient.Endpoint = .none
    /// Where traces go, which the boot block asks for; on the descriptor of the log when nothing else is said.
    package var trace: TraceOptions?
    package var volumes = VolumePlaces()
    /// How calls without exits are served, where the enclave makes them.
    package var exitless: SlotServer.Diligence = .whenBusy

    package init(rootFilesystem: consuming FileDescriptor) { self.rootFilesystem = rootFilesystem }
}
