import Glibc
import Linux

/// One change of many pages, of which the driver may do a part at a time.
package enum PageChange {
    /// How long nothing may come of asking, in nanoseconds: paging out takes milliseconds, so by then a driver is not going to answer.
    package static let patience: UInt64 = 10_000_000_000

    /// Changes all pages of the range with `step`: from its offset and length to the result of the ioctl, the bytes done and an SGX code.
    ///
    /// The driver stops where a page is busy being paged out, and turns away who comes while it serves another: then it is asked again
    /// for the rest, until it got nowhere for as long as `patience`.
    package static func whole(
        _ offset: UInt64, _ length: UInt64, _ what: String, patience: UInt64 = patience,
        _ step: (UInt64, UInt64) -> (Int, UInt64, UInt64)
    ) throws(EnclaveHostError) {
        var done: UInt64 = 0
        var deadline = now() + patience
        while done < length {
            let (result, count, code) = step(offset + done, length - done)
            done += min(count, length - done)
            if count > 0 { deadline = now() + patience }
            if result == 0 && count > 0 { continue }
            if isTemporary(result), now() < deadline {
                sched_yield()
                continue
            }
            let reason = code == 0 ? "" : ": SGX code \(code)"
            throw .system(
                SystemCallError(result == 0 ? EIO : Int32(-result), "\(what) the page at offset \(offset + done)\(reason)"))
        }
    }

    private static func isTemporary(_ result: Int) -> Bool {
        result == -Int(EAGAIN) || result == -Int(EBUSY) || result == -Int(EINTR)
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
