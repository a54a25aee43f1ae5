import Wire

/// The lines that name what did not match what was measured.
enum VerificationLog {
    /// `place`: where the tree is mounted, empty for the root filesystem.
    static func index(_ error: IndexError, of place: Bytes, reading label: StaticString) {
        var line = TextBuilder(place.isEmpty ? "the root filesystem" : "the verified mount ")
        line.add(printable: place)
        line.add("'s index, reading ")
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
