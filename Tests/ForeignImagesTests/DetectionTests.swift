import ForeignImages
import SGX
import Testing

@Suite struct DetectionTests {
    private func refusal(_ bytes: [UInt8]) -> String? {
        do throws(ForeignImageError) {
            _ = try ForeignImage(bytes)
            return nil
        } catch { return error.description }
    }

    @Test func `what no format knows is refused in one line that lists what is understood`() throws {
        var library = SDKImageWriter()
        // The section's name is not the one Intel's tools give it.
        var renamed = library.file()
        let place = try #require(renamed.indices.first { renamed[$0...].starts(with: ".note.sgxmeta".utf8) })
        renamed[place] = 0x2d
        for (bytes, words) in [
            ([], "an empty file"), (Array("#!/bin/sh\n".utf8), "neither an ELF file nor an SGXS stream"),
            (SIGSTRUCT().bytes, "a SIGSTRUCT alone"), (renamed, "an ELF file without Intel's metadata"),
        ] {
            let text = try #require(refusal(bytes))
            #expect(text.contains(words))
            #expect(
                text.contains("SGXS stream") && text.contains("Intel's SDK") && text.contains("selftest") && text.contains("folder")
            )
            #expect(!text.contains("\n"))
        }
    }

    @Test func `a library that was never signed is told from one that is damaged`() throws {
        var writer = SDKImageWriter()
        var file = writer.file()
        file[writer.places.block] ^= 0xff
        #expect(refusal(file)?.contains("the library is not signed") == true)
        file = writer.file()
        file[writer.places.note + 12] ^= 0xff
        #expect(refusal(file)?.contains("not named sgx_metadata") == true)
    }

    @Test func `metadata newer than what is understood is refused by its version`() throws {
        var writer = SDKImageWriter(major: 4, minor: 1)
        #expect(refusal(writer.file())?.contains("version 4.1") == true)
        var extended = SDKImageWriter(major: 3, minor: 3, change: { $0.put(UInt32(32), at: 1900) })
        #expect(refusal(extended.file())?.contains("extension table") == true)
    }
}
