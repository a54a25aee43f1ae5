/// The `ioctl` requests that files and terminals answer.
enum TerminalRequest {
    static let getAttributes: UInt64 = 0x5401
    static let setAttributes: UInt64 = 0x5402
    static let setAttributesWait: UInt64 = 0x5403
    static let setAttributesFlush: UInt64 = 0x5404
    static let setControlling: UInt64 = 0x540e
    static let getGroup: UInt64 = 0x540f
    static let setGroup: UInt64 = 0x5410
    static let getWindowSize: UInt64 = 0x5413
    static let setWindowSize: UInt64 = 0x5414
    /// FIONREAD.
    static let bytesReadable: UInt64 = 0x541b
    /// FIONBIO.
    static let setNonBlocking: UInt64 = 0x5421
    static let getSession: UInt64 = 0x5429
    /// FIONCLEX and FIOCLEX.
    static let clearCloseOnExec: UInt64 = 0x5450
    static let setCloseOnExec: UInt64 = 0x5451
    /// FIOASYNC.
    static let setAsynchronous: UInt64 = 0x5452

    /// `struct termios` as the kernel has it, and `struct winsize`.
    static let attributesLength = 36
    static let windowSizeLength = 8
}
