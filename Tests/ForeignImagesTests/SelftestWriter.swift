/// Writes an ELF file in the form of the kernel's selftest: TCS pages, text, data.
struct SelftestWriter {
    var textBytes = 4096
    var dataBytes = 8192

    func file() -> [UInt8] {
        var file = FileBuilder()
        file.put([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1], at: 0)
        file.put([UInt8](repeating: 0, count: 57), at: 7)
        for (place, value) in [(16, 3), (18, 62), (52, 64), (54, 56), (56, 3)] as [(Int, UInt16)] { file.put(value, at: place) }
        file.put(UInt64(64), at: 32)
        let text = 0x2000
        let data = text + (textBytes + 4095) / 4096 * 4096
        for (number, segment) in [(6, 0x1000, 4096), (5, text, textBytes), (6, data, dataBytes)].enumerated() {
            let place = 64 + number * 56
            file.put(UInt32(1), at: place)
            file.put(UInt32(segment.0), at: place + 4)
            file.put(UInt64(segment.1), at: place + 8)
            file.put(UInt64(segment.1 - 0x1000), at: place + 16)
            file.put(UInt64(segment.2), at: place + 32)
            file.put(UInt64(segment.2), at: place + 40)
        }
        file.put(FileBuilder.filler(textBytes, 9), at: text)
        file.put(SDKImageWriter.code, at: text)
        file.put(FileBuilder.filler(dataBytes, 23), at: data)
        // OSSA at the heap's place would be unusual: the last data page is the frame.
        file.put([UInt8](repeating: 0, count: 4096), at: 0x1000)
        file.put(UInt64(data - 0x1000 + (dataBytes - 1) / 4096 * 4096), at: 0x1010)
        file.put(UInt32(1), at: 0x101c)
        file.put(UInt64(text - 0x1000), at: 0x1020)
        file.put(UInt64.max, at: 0x1040)
        return file.bytes
    }
}
