/// What the model knows of one page of ELRANGE: its row of the EPCM, the driver's record of it, and what it holds.
struct ModelPage: Equatable {
    /// PT of the EPCM.
    enum Kind: UInt8 {
        case secs = 0, threadControl = 1, regular = 2, versionArray = 3, trimmed = 4
    }

    /// What was put into the page, as far as anything later depends on it.
    enum Contents: Equatable {
        case zero
        case code
        /// One of the pages of `SecinfoTable`.
        case secinfos(Int)
        /// A TCS, as data or as the state of a TCS page.
        case threadControl(ThreadControl)
    }

    var kind: Kind
    var rights: Rights
    var pending = false
    var modified = false
    var restricted = false
    /// What the driver lets a process ask for when it maps the page.
    var most: Rights
    var contents: Contents
    /// The byte that commands write was written since the page was new.
    var isWritten = false
    /// Bytes other than those of `contents` were stored: a byte of a test, a saved frame, a host's stack pointer.
    var isDirty = false
    /// The state that the last asynchronous exit saved here.
    var frame: Frame?
    /// Of a TCS page: how many frames are in use.
    var depth: UInt64 = 0
    /// Of a TCS page: a processor is inside.
    var isActive = false

    var isStable: Bool { !pending && !modified }
}

/// R, W and X: of the EPCM, of a mapping, of a request.
struct Rights: OptionSet, Hashable, CustomStringConvertible {
    let rawValue: UInt8

    static let read = Rights(rawValue: 1)
    static let write = Rights(rawValue: 2)
    static let execute = Rights(rawValue: 4)
    static let all: Rights = [.read, .write, .execute]
    static let readWrite: Rights = [.read, .write]
    static let readExecute: Rights = [.read, .execute]

    var description: String {
        (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
    }
}
