import Wire

/// One event as a program reads it: `struct inotify_event` and the name.
struct InotifyEvent {
    let watch: Int32
    let events: FileEvents
    let cookie: UInt32
    let name: Bytes

    private static let header = 16

    /// The name with at least one zero behind it, in units of the header's length; without a name nothing.
    private var nameLength: Int { name.isEmpty ? 0 : (name.count + Self.header) & ~(Self.header - 1) }

    var length: Int { Self.header + nameLength }

    var encoded: Bytes {
        var writer = ByteWriter()
        writer.u32(UInt32(bitPattern: watch))
        writer.u32(events.rawValue)
        writer.u32(cookie)
        writer.u32(UInt32(nameLength))
        writer.raw(name)
        return writer.bytes + Bytes(repeating: 0, count: nameLength - name.count)
    }

    /// Whether a program that has read this one learns nothing from the next one.
    func covers(_ next: InotifyEvent) -> Bool {
        watch == next.watch && events == next.events && name == next.name && !events.contains(.ignored)
    }
}
