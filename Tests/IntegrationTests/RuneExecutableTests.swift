import Foundation
import Testing

@Suite struct RuneExecutableTests {
    /// Program headers of the release build: PT_INTERP is 3.
    @Test func theReleaseBuildIsAStaticProgramThatCanLieAnywhere() throws {
        let environment = ProcessInfo.processInfo.environment
        guard let tool = environment["INCLAVARE_RUNE"] ?? environment["INCLAVARE_BIN"],
            case let path = URL(fileURLWithPath: tool).deletingLastPathComponent().appendingPathComponent("rune").path,
            FileManager.default.isExecutableFile(atPath: path)
        else { return print("no release build of rune is named: its form is not tested") }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)).prefix(4096))
        func number(_ offset: Int, _ length: Int) -> Int { (0..<length).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) } }
        #expect(Array(bytes.prefix(4)) == [0x7f, 0x45, 0x4c, 0x46])
        #expect(number(16, 2) == 3, "ET_DYN: at 0x400000 it would lie inside ELRANGE")
        let (start, size, count) = (number(32, 8), number(54, 2), number(56, 2))
        for header in 0..<count { #expect(number(start + header * size, 4) != 3, "no dynamic loader") }
    }
}
