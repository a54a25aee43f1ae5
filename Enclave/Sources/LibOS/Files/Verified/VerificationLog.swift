import Wire

/// The lines that name what did not match what was measured.
enum VerificationLog {
    static func index(_ error: IndexError, reading label: StaticString) {
        var line = TextBuilder("the root filesystem's index, reading ")
        line.add(label)
        switch error {
        case .unavailable: line.add(": the host did not give the block; the index file is missing or too short")
        case .corrupt(let block):
            line.add(": block ")
            line.add(block)
            line.add(" does not match the measured root; the index file was changed, build the enclave again")
        case .malformed: line.add(": a record is not of this version's format; build the enclave again")
        }
        Host.log(.error, line.bytes)
    }

    static func chunk(_ chunk: UInt64, of path: Bytes, result: Int, wanted: Int) {
        var line = TextBuilder("verified file ")
        line.add(printable: path)
        line.add(": chunk ")
        line.add(chunk)
        if result < 0 {
            line.add(" could not be read by the host (errno ")
            line.add(-result)
            line.add("); the file is missing or was replaced")
        } else if result < wanted {
            line.add(" ends early: the file is shorter than the index says")
        } else {
            line.add(" does not match the index")
        }
        Host.log(.error, line.bytes)
    }
}
