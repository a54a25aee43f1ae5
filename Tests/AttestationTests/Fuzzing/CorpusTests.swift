import Attestation
import AttestationTestSupport
import Foundation
import Testing

@Suite("A corpus of foreign bytes")
struct CorpusTests {
    static let corpus = Vectors.packageRoot.appendingPathComponent("Tests/AttestationTests/Corpus")

    @Test("are read without a trap, each in less than a second")
    func replay() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path).sorted()
        #expect(files.count >= 12)
        var parsers: Set<UInt8> = []
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: Self.corpus.appendingPathComponent(file)))
            let choice = try #require(bytes.first)
            parsers.insert(choice & 7)
            let time = ContinuousClock().measure { AttestationParsers.read(Array(bytes.dropFirst()), choice) }
            #expect(time < .seconds(1), "\(file)")
        }
        #expect(parsers.count == AttestationParsers.Parser.allCases.count)
    }
}
