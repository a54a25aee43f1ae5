import CLinux
import Glibc

/// A process held by a pidfd, so that its number can never come to mean another one.
package struct ProcessDescriptor: ~Copyable {
    package let pid: pid_t
    package let descriptor: FileDescriptor

    package init(pid: pid_t) throws(SystemCallError) {
        self.pid = pid
        descriptor = FileDescriptor(owning: try SystemCallError.check(cl_pidfd_open(pid), "open the process \(pid)"))
    }

    package init(pid: pid_t, owning raw: Int32) {
        self.pid = pid
        descriptor = FileDescriptor(owning: raw)
    }

    package func signal(_ number: Int32) throws(SystemCallError) {
        try SystemCallError.check(
            cl_pidfd_send_signal(descriptor.raw, number), "send signal \(number) to the process \(pid)")
    }

    /// Waits for a child to end: its status as a shell gives it, 128 + signal for a killed one.
    package func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            if errno != EINTR { return 255 }
        }
        return Self.shellStatus(status)
    }

    package static func shellStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// `false` after `milliseconds` without the end.
    package func ended(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }
}
