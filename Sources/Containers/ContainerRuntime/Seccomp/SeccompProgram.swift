import CLinux
import Linux

/// A filter of system calls as the kernel runs it, with how it is to be loaded.
struct SeccompProgram: Equatable, Sendable {
    /// Of the kernel's classic BPF, 8 bytes each.
    var instructions: [UInt8]
    /// As seccomp(2) takes them.
    var flags: UInt32
    /// `nil`: nobody is asked.
    var listener: SeccompListener?

    /// Filters this process from now on; where somebody is to be asked, the descriptor for that goes over `socket` first.
    func load(sendingListenerTo socket: Int32) throws(SystemCallError) {
        let flags = listener == nil ? flags : flags | SeccompNames.newListenerFlag
        let count = instructions.count / 8
        let result = instructions.withUnsafeBytes { bytes in
            listener == nil
                ? cl_load_seccomp(bytes.baseAddress, count, flags)
                : cl_load_seccomp_with_listener(bytes.baseAddress, count, flags, socket, InitChannel.listenerPacket)
        }
        try SystemCallError.check(result, "load the filter of system calls")
    }
}
