import EnclaveCrypto
import ForeignImages
import Foundation
import SGX
import Testing

@Suite struct SelftestImageTests {
    @Test(arguments: RecordedImage.all)
    func `an enclave of the kernel's selftest is measured as its own signer does`(_ recorded: RecordedImage) throws {
        let image = try ForeignImage(RecordedImage.bytes(try #require(recorded.image)), heap: recorded.heap ?? 0)
        #expect(image.format == .selftest)
        #expect(image.measure().bytes.hex == recorded.mrenclave)
        #expect(image.secs.size == recorded.enclave_size)
        let sigstruct = try SIGSTRUCT(parsing: RecordedImage.bytes(recorded.sigstruct))
        #expect(SignatureReport(sigstruct, measurement: image.measure()).isGood)
        #expect(sigstruct.mrSigner.bytes.hex == recorded.mrsigner)
    }

    @Test(arguments: [0, 4096, 1 << 20])
    func `a file made here is measured as an independent script does, whatever the heap`(_ heap: Int) throws {
        for writer in [SelftestWriter(), SelftestWriter(textBytes: 5000, dataBytes: 100)] {
            let image = try ForeignImage(writer.file(), heap: UInt64(heap))
            let recomputed = try Recomputed(writer.file(), heap: heap)
            #expect(image.measure().bytes.hex == recomputed.measurement)
            #expect(image.pageCount == recomputed.pages)
        }
    }

    @Test func `a segment behind the end of the file is refused`() {
        let file = SelftestWriter().file()
        #expect { try ForeignImage(Array(file.dropLast(5000))) } throws: { "\($0)".contains("truncated: segment 2") }
    }
}

/// One entry of the vectors' `measure/expected.json` that names an image.
struct RecordedImage: Decodable, Sendable, CustomTestStringConvertible {
    var image: String?
    var heap: UInt64?
    var enclave_size: UInt64?
    var sigstruct: String
    var mrsigner, mrenclave: String

    var testDescription: String { sigstruct }

    private static let directory: URL? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["INCLAVARE_VECTORS"].map { URL(filePath: $0) }
        let directory = named ?? root.deletingLastPathComponent().appending(path: "shared/vectors")
        guard FileManager.default.fileExists(atPath: directory.path) else {
            print("no vectors at \(directory.path): tests on recorded images are left out")
            return nil
        }
        return directory
    }()

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let directory else { throw CocoaError(.fileNoSuchFile) }
        return [UInt8](try Data(contentsOf: directory.appending(path: "measure/\(path)")))
    }

    static let all: [RecordedImage] = {
        guard let data = try? bytes("expected.json") else { return [] }
        return ((try? JSONDecoder().decode([RecordedImage].self, from: Data(data))) ?? []).filter { $0.image != nil }
    }()
}
