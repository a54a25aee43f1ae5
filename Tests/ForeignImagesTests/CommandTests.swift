import EnclaveCrypto
import EnclaveTestSupport
import ForeignImages
import Foundation
import SGX
import Testing

/// `inclavare measure` and `inclavare load` on files, with the release product.
@Suite(.enabled(if: ReleaseProduct.isBuilt, "needs the release product: make build")) final class CommandTests {
    private struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "inclavare-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }

    private func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    private func run(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: ReleaseProduct.inclavare)
        process.arguments = arguments
        let state = folder.appending(path: "state").path
        process.environment = ProcessInfo.processInfo.environment.merging(["INCLAVARE_STATE": state]) { $1 }
        let names = ["out-\(UUID().uuidString)", "err-\(UUID().uuidString)"].map { folder.appending(path: $0) }
        for name in names { try Data().write(to: name) }
        process.standardOutput = try FileHandle(forWritingTo: names[0])
        process.standardError = try FileHandle(forWritingTo: names[1])
        try process.run()
        process.waitUntilExit()
        let texts = try names.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @Test func `a signed library is measured, judged and loaded`() throws {
        let (bytes, recomputed) = try SignedImages.sdk(SDKImageWriter())
        // Its name says nothing: the format is found in the bytes.
        let path = try file("library.sgxs", bytes)
        let measured = try run("measure", path)
        #expect(measured.status == 0)
        #expect(measured.output.contains("library signed with Intel's SDK, metadata 2.4"))
        #expect(measured.output.contains(recomputed.measurement))
        #expect(measured.output.contains("valid, for this enclave; production"))
        let loaded = try run("load", path)
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(loaded.output.contains("EINIT"))
        #expect(loaded.output.contains("\(recomputed.pages) pages"))
        let debug = try run("load", "--debug", path)
        #expect(debug.status == 1)
        #expect(debug.errors.contains("attributes are not those that were signed"))
    }

    @Test func `a library with a changed byte is measured, and the exit code says that its signature is not for it`() throws {
        var bytes = try SignedImages.sdk(SDKImageWriter()).file
        bytes[0x1500] ^= 1
        let path = try file("changed.so", bytes)
        let measured = try run("measure", "--json", path)
        #expect(measured.status == 1)
        #expect(measured.output.contains("\"matches\" : false"))
        #expect(measured.errors.split(separator: "\n").count == 1)
        #expect(measured.errors.contains("it is for MRENCLAVE"))
        #expect(try run("load", path).errors.contains("EINIT refused the enclave: the measurement"))
    }

    @Test(arguments: ["stream.sig", "stream.sgxs.ss", "stream.sigstruct"])
    func `a stream is loaded with the signature beside it`(_ name: String) throws {
        var writer = SDKImageWriter(threads: 2)
        let stream = StreamOfImage(try ForeignImage(writer.file())).bytes
        var unsigned = SIGSTRUCT()
        unsigned.attributes = Attributes(flags: .mode64Bit, xfrm: .legacy)
        let sigstruct = try SignedImages.sigstruct(unsigned, SHA256.hash(stream).bytes.hex)
        let path = try file("stream.sgxs", stream)
        #expect(try run("load", path).errors.contains("it has no signature"))
        let signature = try file(name, sigstruct.bytes)
        let loaded = try run("load", path)
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(try run("measure", path).output.contains("from \(signature)"))
    }

    @Test func `a file of no format, a folder's options and a missing signature are refused in one line each`() throws {
        let shell = try file("script", Array("#!/bin/sh\n".utf8))
        let selftest = try file("selftest.elf", SelftestWriter().file())
        for (arguments, words) in [
            (["measure", shell], "neither an ELF file nor an SGXS stream"), (["load", selftest], "it has no signature"),
            (["measure", "--heap", "5", selftest], "not a size of whole pages"),
            (["measure", "--rootfs", "/", selftest], "it is no built enclave"),
            (["measure", "--heap", "4096", folder.path], "a built enclave has its own"),
            (["measure", folder.appending(path: "nothing").path], "No such file or directory"),
        ] {
            let outcome = try run(arguments)
            #expect(outcome.status == 1)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `the heap of the selftest is the caller's choice and changes its measurement`() throws {
        let bytes = SelftestWriter().file()
        let path = try file("selftest.elf", bytes)
        for (heap, size) in [("4096", 4096), ("64K", 65536)] {
            let measured = try run("measure", "--heap", heap, path)
            #expect(measured.status == 0)
            #expect(measured.output.contains(try Recomputed(bytes, heap: size).measurement))
            #expect(measured.output.contains("none"))
        }
    }
}

/// The program under test: `INCLAVARE_BIN`, else where `make build` puts it.
enum ReleaseProduct {
    static let inclavare =
        ProcessInfo.processInfo.environment["INCLAVARE_BIN"]
        ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".build/release/inclavare").path
    static let isBuilt = access(inclavare, X_OK) == 0
}
