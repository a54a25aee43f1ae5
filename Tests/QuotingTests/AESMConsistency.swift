import AESM

/// What holds of every input; the fuzzer and the tests share it.
enum AESMConsistency {
    static func check(_ bytes: [UInt8]) {
        request(bytes)
        response(bytes)
        if let keyID = AttestationKeyID(bytes) {
            precondition(keyID.bytes.count == 256 && keyID.names(keyID) && keyID.signer.count <= 48)
        }
        if let list = AttestationKeyID.list(bytes) { precondition((1...10).contains(list.count)) }
        if let info = QEReportInfo(bytes) { precondition(info.bytes == bytes) }
        frames(bytes)
    }

    private static func request(_ bytes: [UInt8]) {
        do throws(AESMRequest.DecodingError) {
            let value = try AESMRequest(decoding: bytes)
            // Of what is refused whatever it says only the operation is kept.
            if case .other = value { return }
            precondition((try? AESMRequest(decoding: value.encoded())) == value)
        } catch {
            precondition(AESMResponse(decoding: error.answer.encoded()) == error.answer)
        }
    }

    private static func response(_ bytes: [UInt8]) {
        guard let value = AESMResponse(decoding: bytes) else { return }
        precondition(AESMResponse(decoding: value.encoded()) == value)
    }

    /// In one piece or byte by byte the same frames.
    private static func frames(_ bytes: [UInt8]) {
        func bodies(_ pieces: [ArraySlice<UInt8>]) -> [[UInt8]] {
            var (collector, found) = (FrameCollector(limit: 1_000), [[UInt8]]())
            for piece in pieces {
                collector.append(piece)
                while let body = try? collector.next() { found.append(body) }
            }
            return found
        }
        let start = bytes.prefix(300)
        precondition(bodies([start]) == bodies(start.indices.map { start[$0...$0] }))
    }
}
