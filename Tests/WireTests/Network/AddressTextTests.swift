import Testing
import Wire

@Suite("The text of an address") struct AddressTextTests {
    @Test(
        "is read as it is written",
        arguments: [
            ("0.0.0.0", [0, 0, 0, 0]), ("192.0.2.255", [192, 0, 2, 255]),
            ("::", [UInt8](repeating: 0, count: 16)), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("2001:db8::7", [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [7]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("fe80::", [0xfe, 0x80] + [UInt8](repeating: 0, count: 14)),
            ("::ffff:192.0.2.1", [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 192, 0, 2, 1]),
            ("A:b:C:d:E:f:0:0", [0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15, 0, 0, 0, 0]),
        ])
    func read(text: String, bytes: [UInt8]) {
        #expect(AddressText.parse(Array(text.utf8)) == bytes)
        #expect(AddressText.parse(AddressText.write(bytes)) == bytes)
    }

    @Test(
        "that is none is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.", ".1.2.3", "1.2.3.a", " 1.2.3.4", "1.2.3.4 ",
            ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1:", ":1::", "1:2:3:4:5:6:7::8:9",
            "::1.2.3", "1.2.3.4::", "::1%eth0", "::ffff:1.2.3.4.5", "1:2:3:4:5:6:7:1.2.3.4",
        ])
    func refused(text: String) { #expect(AddressText.parse(Array(text.utf8)) == nil) }
}
