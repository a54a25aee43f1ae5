import Wire

/// libFuzzer's entry: what the host or the builder sends decodes to something that decodes again from its own bytes, or is refused.
///
/// The first byte chooses the structure.
@c(LLVMFuzzerTestOneInput)
public func fuzzWire(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
    guard !bytes.isEmpty else { return 0 }
    let kind = bytes.removeFirst()
    switch kind < 0xf0 ? kind % 9 : kind {
    case 0xf0: status(bytes)
    case 0xf1: listing(bytes)
    case 0xf2: statistics(bytes)
    case 0: if let value = try? BootBlock(decoding: bytes) { precondition((try? BootBlock(decoding: value.encoded())) == value) }
    case 1: if let value = try? ExitReport(decoding: bytes) { precondition((try? ExitReport(decoding: value.encoded())) == value) }
    case 2: configuration(bytes)
    case 3: interfaces(bytes)
    case 4: traces(bytes)
    case 5: clock(bytes)
    case 7: resolver(bytes)
    case 8: hosts(bytes)
    default:
        if let value = try? StreamInformation(decoding: bytes) {
            precondition(value.encoded().count == StreamInformation.byteCount)
        }
    }
    return 0
}

/// Canonical: one encoding for one value, since it is what is measured.
private func configuration(_ bytes: [UInt8]) {
    guard let value = try? EnclaveConfiguration(decoding: bytes) else { return }
    let encoded = value.encoded()
    precondition((try? EnclaveConfiguration(decoding: encoded)) == value)
    // One of an older version is encoded as the newest.
    if encoded.count == bytes.count { precondition(encoded[16...] == bytes[16...]) }
}

/// What is said of a host's file could be said by Linux.
private func status(_ bytes: [UInt8]) {
    guard let value = try? UntrustedStatus(decoding: bytes) else { return }
    precondition(Int64(bitPattern: value.size) >= 0 && value.times.allSatisfy { $0.nanoseconds < 1_000_000_000 })
    precondition((try? UntrustedStatus(decoding: value.encoded())) == value)
}

/// Names of a host's directory are names.
private func listing(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    while reader.remaining > 0, let entry = try? UntrustedEntry(from: &reader) {
        precondition(!entry.name.isEmpty && entry.name.count <= 255 && !entry.name.contains(0) && !entry.name.contains(0x2f))
        precondition(entry.name != [0x2e] && entry.name != [0x2e, 0x2e])
        var writer = ByteWriter()
        entry.encode(into: &writer)
        var again = ByteReader(writer.bytes)
        precondition((try? UntrustedEntry(from: &again)) == entry)
    }
}

private func statistics(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    while reader.remaining > 0, (try? CallStatistics(from: &reader)) != nil {}
}

private func interfaces(_ bytes: [UInt8]) {
    guard let value = try? NetworkInterface.decode(bytes) else { return }
    precondition(value.count <= NetworkInterface.mostInterfaces)
    precondition((try? NetworkInterface.decode(NetworkInterface.encode(value))) == value)
}

private func traces(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    while reader.remaining > 0, let record = try? TraceRecord(from: &reader) {
        precondition(record.texts.count <= 6 && (record.values.isEmpty || record.values.count == 6))
        var writer = ByteWriter()
        record.encode(into: &writer)
        var again = ByteReader(writer.bytes)
        precondition((try? TraceRecord(from: &again)) == record)
    }
}

private func clock(_ bytes: [UInt8]) {
    var reader = ByteReader(bytes)
    guard let value = try? ClockReading(from: &reader) else { return }
    var writer = ByteWriter()
    value.encode(into: &writer)
    precondition(writer.bytes == [UInt8](bytes.prefix(ClockReading.byteCount)))
}

/// What is made of the host's name servers is made of itself again, and has no line but those it may have.
private func resolver(_ bytes: [UInt8]) {
    let text = ResolverText.sanitised(bytes)
    precondition(ResolverText.sanitised(text) == text)
    let servers = text.split(separator: 10).filter { $0.starts(with: "nameserver ".utf8) }
    precondition(servers.count <= NetworkRule.mostNameServers && !text.contains(0))
}

/// The image's names stay as they are, whatever the host adds.
private func hosts(_ bytes: [UInt8]) {
    let image = [UInt8]("10.0.0.1 own\n".utf8)
    let text = HostsText.merged(image: image, host: bytes)
    precondition(!text.contains(0))
    let own = text.split(separator: 10).filter { $0.split(separator: 32).dropFirst().contains { $0.elementsEqual("own".utf8) } }
    precondition(own.count == 1 && own[0].starts(with: "10.0.0.1 ".utf8))
}
