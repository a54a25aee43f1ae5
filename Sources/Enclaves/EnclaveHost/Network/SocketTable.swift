import Glibc
import Linux
import Synchronization
import Wire

/// An open descriptor of the enclave's; closed when the last call that uses it is over.
final class HeldSocket: Sendable {
    private let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    var raw: Int32 { descriptor.raw }
}

/// The host's sockets by the handles the enclave gave them.
///
/// A call holds the socket it works on, so that one that is closed meanwhile never becomes somebody else's descriptor under it.
final class SocketTable: Sendable {
    private let held = Mutex<[HeldSocket?]>([])

    private static func place(_ handle: UInt64) -> Int? {
        handle < UInt64(NetworkFrame.handleLimit) ? Int(handle) : nil
    }

    func socket(_ handle: UInt64) -> HeldSocket? {
        guard let place = Self.place(handle) else { return nil }
        return held.withLock { place < $0.count ? $0[place] : nil }
    }

    /// Whether the handle names no socket and can name one.
    func isFree(_ handle: UInt64) -> Bool {
        guard let place = Self.place(handle), handle >= UInt64(NetworkFrame.firstHandle) else { return false }
        return held.withLock { place >= $0.count || $0[place] == nil }
    }

    func add(_ handle: UInt64, _ socket: HeldSocket) -> Bool {
        guard let place = Self.place(handle), handle >= UInt64(NetworkFrame.firstHandle) else { return false }
        return held.withLock { held in
            while held.count <= place { held.append(nil) }
            guard held[place] == nil else { return false }
            held[place] = socket
            return true
        }
    }

    /// What had the handle: it is closed when nobody uses it.
    func remove(_ handle: UInt64) -> HeldSocket? {
        guard let place = Self.place(handle) else { return nil }
        return held.withLock { held in
            guard place < held.count else { return nil }
            defer { held[place] = nil }
            return held[place]
        }
    }
}
