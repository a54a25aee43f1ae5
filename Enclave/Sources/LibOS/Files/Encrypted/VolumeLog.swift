import Volume
import Wire

/// What is said of encrypted volumes: one line each, with the mount it is about.
enum VolumeLog {
    private static func line(_ path: Bytes) -> LogText {
        var text = LogText("volume at ")
        text.append(printable: path)
        text.append(": ")
        return text
    }

    static func refused(_ path: Bytes, _ error: Errno) -> Errno {
        var text = line(path)
        switch error {
        case .EBUSY: text.append("another enclave has it open; stop that one first")
        case .EACCES, .EPERM: text.append("the host does not let its folder or file be opened")
        case .ENOENT: text.append("the host has no such folder; make it, or the folder it is to lie in")
        case .ENOSYS: text.append("the host does not serve volumes; start it with a newer one")
        case .ENOSPC: text.append("there is no room where the host keeps it; make room, or keep it elsewhere")
        case .EROFS: text.append("where the host keeps it nothing can be written; keep it elsewhere, or mount it read only")
        case .ENOTDIR: text.append("what the host was told to keep it in is no folder; name one")
        default:
            text.append("the host cannot open it: error ")
            text.append(Int64(error.code))
        }
        Host.log(.error, text.bytes)
        return error
    }

    static func refused(_ path: Bytes, _ refusal: VolumeRefusal) -> Errno {
        var text = line(path)
        var errno = Errno.EACCES
        switch refusal {
        case .notAVolume:
            text.append("the file there is no volume; it is not touched")
            errno = .EINVAL
        case .unknownVersion:
            text.append("a newer version wrote it; this one does not read it")
            errno = .EINVAL
        case .otherIdentity: text.append("it is sealed for another enclave or signer; start that one, or name another folder")
        case .otherPlace: text.append("it was made for another mount path; name the folder that belongs to this one")
        case .noKey: text.append("the processor does not derive its key: it is older than the one that made it")
        case .notAuthentic: text.append("it was changed, cut off, or made on another machine: no superblock is authentic")
        case .old(let found, let expected):
            text.append("it is an old copy: its counter is ")
            text.append(unsigned: found)
            text.append(" and was ")
            text.append(unsigned: expected)
            text.append("; put the newest copy back")
        case .failed(let error):
            errno = Errno(error)
            if case .damaged(let block) = error {
                text.append("it was changed: not authentic is block ")
                text.append(unsigned: UInt64(block))
            } else {
                text.append("it cannot be read or written: error ")
                text.append(Int64(errno.code))
            }
        }
        Host.log(.error, text.bytes)
        return errno
    }

    static func noCounter(_ path: Bytes) {
        var text = line(path)
        text.append("its counter is missing, so nobody can say whether this is an old copy")
        Host.log(.warning, text.bytes)
    }

    static func lostCommit(_ path: Bytes) {
        var text = line(path)
        text.append("its newest changes did not reach the disk whole, so it is as of those before")
        Host.log(.warning, text.bytes)
    }

    static func damaged(_ path: Bytes, _ block: UInt32) {
        var text = line(path)
        text.append("what the host gave for block ")
        text.append(unsigned: UInt64(block))
        text.append(" is not what was written there; the program gets EIO")
        Host.log(.error, text.bytes)
    }

    static func stopped(_ path: Bytes, _ error: VolumeError) {
        // Later refusals say so by their errno.
        guard error != .stopped else { return }
        var text = line(path)
        text.append("nothing is written any more, it stays as it was last made durable: error ")
        text.append(Int64(Errno(error).code))
        Host.log(.error, text.bytes)
    }

    static func notWritten(_ path: Bytes, _ error: Errno) {
        var text = line(path)
        text.append("the last changes could not be written: error ")
        text.append(Int64(error.code))
        Host.log(.error, text.bytes)
    }
}

extension Errno {
    /// What Linux would say of it.
    init(_ error: VolumeError) {
        switch error {
        case .damaged, .stopped: self = .EIO
        case .host(let code): self = code == 28 ? .ENOSPC : .EIO
        case .noSpace: self = .ENOSPC
        case .notFound: self = .ENOENT
        case .exists: self = .EEXIST
        case .notEmpty: self = .ENOTEMPTY
        case .notDirectory: self = .ENOTDIR
        case .isDirectory: self = .EISDIR
        case .nameTooLong: self = .ENAMETOOLONG
        case .tooLarge: self = .EFBIG
        case .tooManyLinks: self = .EMLINK
        case .noAttribute: self = .ENODATA
        case .invalid: self = .EINVAL
        }
    }
}
