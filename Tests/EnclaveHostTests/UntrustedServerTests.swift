import Foundation
import Glibc
import Linux
import Testing
import Wire

@testable import EnclaveHost

/// The host's half of untrusted mounts: what an enclave asks for below a mount's source it gets, and nothing else.
@Suite struct UntrustedServerTests {
    /// A root filesystem with a mount that may be written, one that may not, and what neither may reach.
    private final class Root {
        let path = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        let server: UntrustedServer

        init() throws {
            for folder in ["shared/dir", "fixed", "outside"] {
                try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
            }
            for file in ["shared/file", "fixed/file", "outside/secret"] {
                try Data("0123456789".utf8).write(to: URL(filePath: "\(path)/\(file)"))
            }
            symlink("../outside", path + "/shared/escape")
            symlink("dir", path + "/shared/link")
            mkfifo(path + "/shared/fifo", 0o600)
            func mount(_ source: String, _ trust: Mount.Trust, readOnly: Bool) -> Mount {
                Mount(path: Array("/x".utf8), trust: trust, source: Array(source.utf8), readOnly: readOnly, size: 0)
            }
            server = UntrustedServer(
                root: try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY),
                mounts: [
                    mount("/shared", .untrusted, readOnly: false), mount("/fixed", .untrusted, readOnly: true),
                    mount("/outside", .temporary, readOnly: false),
                ])
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func ask(_ name: HostCall, _ arguments: [UInt64], _ data: String = "") -> (result: Int64, data: [UInt8]) {
            let call = ServedCall(name, arguments, data: Array(data.utf8))
            let result = call.served { server.serve(name, $0) ?? -1000 }
            return (result, result > 0 ? call.data(result) : [])
        }

        func status(_ mount: UInt64, _ path: String) -> Int64 {
            ask(.untrustedStatus, [mount, UInt64(path.utf8.count), .max], path).result
        }

        func open(_ mount: UInt64, _ path: String, as handle: UInt64, _ flags: Int32 = O_RDONLY) -> Int64 {
            ask(.untrustedOpen, [mount, UInt64(path.utf8.count), handle, UInt64(flags) | 0o640 << 32], path).result
        }

        func change(_ mount: UInt64, _ change: UntrustedChange, _ path: String, _ more: String = "", _ value: UInt64 = 0) -> Int64 {
            let lengths = UInt64(path.utf8.count) | UInt64(more.utf8.count) << 32
            return ask(.untrustedChange, [mount, change.rawValue, lengths, value], path + more).result
        }
    }

    @Test func nothingOutsideOfTheSourceIsReached() throws {
        let root = try Root()
        #expect(root.status(0, "file") == Int64(UntrustedStatus.byteCount))
        for path in ["..", "../outside/secret", "dir/../../outside", "escape/secret", "link/x", "/outside/secret"] {
            #expect(root.status(0, path) < 0, "\(path)")
            #expect(root.open(0, path, as: 7) < 0, "\(path)")
            for change in [UntrustedChange.remove, .setMode, .truncate, .makeDirectory] {
                #expect(root.change(0, change, path) < 0)
            }
            #expect(root.change(0, .rename, "file", path) < 0, "\(path)")
        }
        #expect(root.status(0, "file\0") == -Int64(EINVAL))
        #expect(root.status(2, "secret") == -Int64(ENOENT), "not an untrusted mount")
        #expect(root.status(99, "") == -Int64(ENOENT))
        #expect(FileManager.default.contents(atPath: root.path + "/outside/secret")?.count == 10)
    }

    @Test func aMountThatIsReadOnlyChangesForNobody() throws {
        let root = try Root()
        #expect(root.open(1, "file", as: 1) == 0)
        #expect(root.ask(.untrustedRead, [1, 2, 100]).data == Array("23456789".utf8))
        #expect(root.open(1, "file", as: 2, O_RDWR) == -Int64(EROFS))
        #expect(root.open(1, "new", as: 2, O_RDWR | O_CREAT) == -Int64(EROFS))
        #expect(root.change(1, .remove, "file") == -Int64(EROFS))
        #expect(root.ask(.untrustedWrite, [1, 0, 1], "x").result == -Int64(EBADF), "the descriptor itself cannot write")
    }

    @Test func filesAreMadeWrittenAndRemoved() throws {
        let root = try Root()
        #expect(root.open(0, "dir/new", as: 5, O_RDWR | O_CREAT | O_EXCL) == 0)
        #expect(root.open(0, "dir/new", as: 6, O_RDWR | O_CREAT | O_EXCL) == -Int64(EEXIST))
        #expect(root.open(0, "file", as: 5) == -Int64(EEXIST), "the handle is in use")
        #expect(root.ask(.untrustedWrite, [5, 3, 4], "abcd").result == 4)
        #expect(root.ask(.untrustedSettle, [5, 6]).result == 0)
        #expect(root.ask(.untrustedSettle, [5, .max]).result == 0)
        #expect(root.ask(.untrustedRead, [5, 0, 100]).data == [0, 0, 0] + Array("abc".utf8))
        #expect(try FileManager.default.attributesOfItem(atPath: root.path + "/shared/dir/new")[.posixPermissions] as? Int == 0o640)
        #expect(root.change(0, .rename, "dir/new", "moved") == 0)
        #expect(root.change(0, .addLink, "moved", "second") == 0)
        #expect(root.change(0, .makeLink, "pointer", "moved") == 0)
        #expect(root.ask(.untrustedLinkTarget, [0, 7], "pointer").data == Array("moved".utf8))
        #expect(root.change(0, .setMode, "second", "", 0o751) == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: root.path + "/shared/moved")[.posixPermissions] as? Int == 0o751)
        for name in ["moved", "second", "pointer"] { #expect(root.change(0, .remove, name) == 0) }
        #expect(root.change(0, .remove, "dir") == -Int64(EISDIR))
        #expect(root.change(0, .removeDirectory, "dir") == 0)
        #expect(root.ask(.untrustedClose, [5]).result == 0)
        #expect(root.ask(.untrustedClose, [5]).result == -Int64(EBADF))
    }

    @Test func anOpenFileIsChangedWhateverHasItsName() throws {
        let root = try Root()
        #expect(root.open(0, "file", as: 3) == 0)
        #expect(root.change(0, .rename, "file", "moved") == 0)
        try Data("other".utf8).write(to: URL(filePath: root.path + "/shared/file"))
        let before = try FileManager.default.attributesOfItem(atPath: root.path + "/shared/file")[.posixPermissions] as? Int
        #expect(root.ask(.untrustedChangeOpen, [3, UntrustedChange.setMode.rawValue, 0o604]).result == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: root.path + "/shared/moved")[.posixPermissions] as? Int == 0o604)
        #expect(try FileManager.default.attributesOfItem(atPath: root.path + "/shared/file")[.posixPermissions] as? Int == before)
        #expect(root.change(0, .remove, "moved") == 0)
        let owner = UInt64(UInt32.max) | UInt64(UInt32.max) << 32
        #expect(root.ask(.untrustedChangeOpen, [3, UntrustedChange.setOwner.rawValue, owner]).result == 0, "without a name, too")
        for change in [UntrustedChange.remove, .rename, .truncate, .makeLink] {
            #expect(root.ask(.untrustedChangeOpen, [3, change.rawValue, 0]).result == -Int64(ENOSYS))
        }
        #expect(root.ask(.untrustedChangeOpen, [99, UntrustedChange.setMode.rawValue, 0]).result == -Int64(EBADF))
        #expect(root.open(1, "file", as: 4) == 0)
        #expect(root.ask(.untrustedChangeOpen, [4, UntrustedChange.setMode.rawValue, 0]).result == -Int64(EROFS))
    }

    @Test func listingsGoOnWhereTheyEnded() throws {
        let root = try Root()
        for number in 0..<5000 { try Data().write(to: URL(filePath: "\(root.path)/shared/dir/\(number)")) }
        var names: Set<[UInt8]> = []
        var place: UInt64 = 0
        var rounds = 0
        var twice = false
        while case let records = root.ask(.untrustedList, [0, 3, place], "dir").data, !records.isEmpty {
            var reader = ByteReader(records)
            while reader.remaining > 0 {
                let entry = try UntrustedEntry(from: &reader)
                twice = twice || !names.insert(entry.name).inserted
                place = entry.next
            }
            rounds += 1
        }
        #expect(names.count == 5000 && rounds > 1 && !twice)
    }

    @Test func whatWouldMakeTheEnclaveWaitIsNotOpened() throws {
        let root = try Root()
        #expect(root.open(0, "fifo", as: 1) == -Int64(ENXIO))
        #expect(root.open(0, "dir", as: 1) == -Int64(EISDIR))
        #expect(root.open(0, "link", as: 1) == -Int64(ELOOP))
    }
}
