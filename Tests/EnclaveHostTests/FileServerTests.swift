import Foundation
import Glibc
import Linux
import Testing
import Wire

@testable import EnclaveHost

@Suite struct FileServerTests {
    /// A root filesystem with a file, links that lead everywhere, and a FIFO.
    private final class Root {
        let path = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)").path
        let server: FileServer

        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/root/dir", withIntermediateDirectories: true)
            try Data("0123456789".utf8).write(to: URL(filePath: path + "/root/dir/file"))
            try Data("secret".utf8).write(to: URL(filePath: path + "/outside"))
            symlink("/dir/file", path + "/root/link")
            symlink("../outside", path + "/root/escape")
            symlink("dir", path + "/root/linkdir")
            mkfifo(path + "/root/fifo", 0o600)
            var mounts = [Mount](
                repeating: Mount(path: Array("/x".utf8), trust: .temporary, source: [], readOnly: true, size: 0), count: 1)
            for source in ["/link", "/escape", "/dir"] {
                mounts.append(
                    Mount(path: Array("/y".utf8), trust: .untrusted, source: Array(source.utf8), readOnly: true, size: 0))
            }
            mounts.append(
                Mount(path: Array("/z".utf8), trust: .verified, source: Array("/linkdir".utf8), readOnly: true, size: 0))
            mounts.append(Mount(path: Array("/v".utf8), trust: .verified, source: [], readOnly: true, size: 0))
            try FileManager.default.createDirectory(atPath: path + "/folder", withIntermediateDirectories: true)
            try Data("abc".utf8).write(to: URL(filePath: path + "/folder/file"))
            symlink("../outside", path + "/folder/escape")
            var places = VolumePlaces()
            places.folders["/v"] = path + "/folder"
            server = try FileServer(
                indexes: HeldDescriptors(root: try FileDescriptor.open(path + "/outside", O_RDONLY)),
                root: try FileDescriptor.open(path + "/root", O_RDONLY | O_DIRECTORY), mounts: mounts, places)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func fetch(_ name: String, offset: UInt64 = 0, count: UInt64 = 100, inode: UInt64) -> (Int64, String) {
            let path = Array(name.utf8)
            let call = ServedCall(.fetchFile, [offset, count, inode, UInt64(path.count)], data: path)
            let result = call.served(server.fetchFile)
            return (result, result > 0 ? String(decoding: call.data(result), as: UTF8.self) : "")
        }

        func untrusted(_ mount: UInt64, _ name: String, count: UInt64) -> (Int64, String) {
            let path = Array(name.utf8)
            let call = ServedCall(.fetchUntrusted, [0, count, mount, UInt64(path.count)], data: path)
            let result = call.served(server.fetchUntrusted)
            return (result, result > 0 && count > 0 ? String(decoding: call.data(result), as: UTF8.self) : "")
        }
    }

    @Test("Each tree has its own files, and none reaches out of its folder") func trees() throws {
        let root = try Root()
        let (linked, given) = (UInt64(5) << 32, UInt64(6) << 32)
        #expect(root.fetch("/file", inode: linked | 1) == (10, "0123456789"), "a source below the root")
        #expect(root.fetch("/file", inode: given | 1) == (3, "abc"), "a folder of the host; the same inode number of another tree")
        #expect(root.fetch("/escape", inode: given | 2).0 == -Int64(ELOOP))
        #expect(root.fetch("/../outside", inode: given | 3).0 == -Int64(ENOENT))
        for tree in [1, 2, 4, 7, UInt64(UInt32.max)] {
            #expect(root.fetch("/file", inode: tree << 32 | 1).0 == -Int64(ENOENT), "tree \(tree) is no verified mount")
        }
        let call = ServedCall(.fetchIndex, [0, 100, 5])
        #expect(call.served(root.server.fetchIndex) == -Int64(ENOENT), "an index the folder does not have")
        #expect(ServedCall(.fetchIndex, [0, 6, 1 << 32]).served(root.server.fetchIndex) == -Int64(ENOENT))
        #expect(ServedCall(.fetchIndex, [0, 6, 0]).served(root.server.fetchIndex) == 6)
    }

    @Test("A folder that is not there is refused at the start, in one line") func missingFolder() throws {
        let mount = Mount(path: Array("/model".utf8), trust: .verified, source: Array("/none".utf8), readOnly: true, size: 0)
        let refusal = #expect(throws: SystemCallError.self) {
            try FileServer(
                indexes: HeldDescriptors(root: try FileDescriptor.open("/dev/null", O_RDONLY)),
                root: try FileDescriptor.open("/tmp", O_PATH | O_DIRECTORY), mounts: [mount])
        }
        #expect("\(String(describing: refusal))".contains("/none, the folder of the verified mount /model (give it with --volume"))
    }

    @Test func readsFilesOfTheRootAndNothingThroughLinks() throws {
        let root = try Root()
        #expect(root.fetch("/dir/file", inode: 1) == (10, "0123456789"))
        #expect(root.fetch("/dir/file", offset: 8, inode: 1) == (2, "89"), "a read stops at the end of the file")
        #expect(root.fetch("/dir/file", offset: 10, inode: 1) == (0, ""))
        #expect(root.fetch("/link", inode: 2).0 == -Int64(ELOOP))
        #expect(root.fetch("/linkdir/file", inode: 3).0 == -Int64(ELOOP))
        #expect(root.fetch("/escape", inode: 4).0 == -Int64(ELOOP))
        #expect(root.fetch("/../outside", inode: 5).0 == -Int64(ENOENT), "`..` at the top stays there")
        #expect(root.fetch("/dir/none", inode: 6).0 == -Int64(ENOENT))
        #expect(root.fetch("", inode: 7).0 == -Int64(EINVAL))
        #expect(root.fetch("/dir/file\0x", inode: 8).0 == -Int64(EINVAL))
        #expect(root.fetch("/dir/file", offset: .max, inode: 1).0 == -Int64(EINVAL))
        #expect(root.fetch("/dir", inode: 9).0 == -Int64(EISDIR))
        #expect(root.fetch("/fifo", inode: 10).0 <= 0, "a FIFO never blocks the enclave's thread")
    }

    @Test func readsTheImageWhereMountsDoNotCoverIt() throws {
        let root = try Root()
        try FileManager.default.createDirectory(atPath: root.path + "/covered/dir", withIntermediateDirectories: true)
        try Data("mounted".utf8).write(to: URL(filePath: root.path + "/covered/dir/file"))
        let server = try FileServer(
            indexes: HeldDescriptors(root: try FileDescriptor.open(root.path + "/outside", O_RDONLY)),
            root: try FileDescriptor.open(root.path + "/covered", O_RDONLY | O_DIRECTORY),
            image: try FileDescriptor.open(root.path + "/root", O_RDONLY | O_DIRECTORY),
            mounts: [Mount(path: Array("/y".utf8), trust: .untrusted, source: Array("/dir".utf8), readOnly: true, size: 0)])
        func ask(_ name: HostCall, _ arguments: [UInt64], _ path: String, _ serve: (CallView) -> Int64) -> String {
            let call = ServedCall(name, arguments + [UInt64(path.utf8.count)], data: Array(path.utf8))
            let result = call.served(serve)
            return result > 0 ? String(decoding: call.data(result), as: UTF8.self) : "\(result)"
        }
        #expect(ask(.fetchFile, [0, 100, 1], "/dir/file", server.fetchFile) == "0123456789")
        #expect(ask(.fetchUntrusted, [0, 100, 0], "file", server.fetchUntrusted) == "mounted")
    }

    @Test func keepsFilesOpenWithinABound() throws {
        let root = try Root()
        for inode: UInt64 in 0..<300 { #expect(root.fetch("/dir/file", inode: inode).0 == 10) }
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            return target?.hasPrefix(root.path) == true
        }
        #expect(open.count <= 64 + 5, "beside an index, the root, the image and the folders of two mounts")
        unlink(root.path + "/root/dir/file")
        #expect(root.fetch("/dir/file", inode: 299).0 == 10, "an open file stays what it was")
    }

    @Test func readsUntrustedMountsOnlyBelowTheirSource() throws {
        let root = try Root()
        #expect(root.untrusted(1, "", count: 100) == (10, "0123456789"), "links are followed, inside the root")
        #expect(root.untrusted(1, "", count: 0).0 == 10, "length 0 asks for the size")
        #expect(root.untrusted(2, "", count: 100).0 == -Int64(ENOENT), "a link out of the root leads nowhere")
        #expect(root.untrusted(3, "file", count: 100) == (10, "0123456789"))
        #expect(root.untrusted(3, "../dir/file", count: 100).0 == -Int64(EACCES))
        #expect(root.untrusted(0, "", count: 100).0 == -Int64(ENOENT), "not an untrusted mount")
        #expect(root.untrusted(99, "", count: 100).0 == -Int64(ENOENT))
    }

    @Test func readsTheIndexByOffset() throws {
        let root = try Root()
        let call = ServedCall(.fetchIndex, [2, 100])
        #expect(call.served(root.server.fetchIndex) == 4)
        #expect(call.data(4) == Array("cret".utf8))
    }
}
