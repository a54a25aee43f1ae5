import SGX
import Testing

/// One structure as the tests see it: bytes in, bytes out.
struct Subject: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var size: Int
    var reserved: [Range<Int>]
    /// Fields whose values are limited, with a value that is allowed.
    var limited: [Int: UInt8] = [:]
    var roundTrip: @Sendable ([UInt8]) throws -> [UInt8]

    /// Bytes that differ from field to field.
    var example: [UInt8] {
        var bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        for range in reserved { for index in range { bytes[index] = 0 } }
        for (offset, value) in limited { bytes[offset] = value }
        return bytes
    }

    static let all: [Subject] = [
        Subject(testDescription: "ATTRIBUTES", size: 16, reserved: []) { try Attributes(parsing: $0).bytes },
        Subject(testDescription: "SECS", size: 4096, reserved: [33..<48, 96..<128, 160..<192, 262..<4096]) {
            try SECS(parsing: $0).bytes
        },
        Subject(testDescription: "TCS", size: 4096, reserved: [0..<8, 9..<16, 40..<48, 88..<4096], limited: [8: 3]) {
            try TCS(parsing: $0).bytes
        },
        Subject(testDescription: "SECINFO", size: 64, reserved: [2..<64], limited: [0: 0x3f, 1: 2]) {
            try SECINFO(parsing: $0).bytes
        },
        Subject(testDescription: "PAGEINFO", size: 32, reserved: []) { try PAGEINFO(parsing: $0).bytes },
        Subject(testDescription: "SIGSTRUCT", size: 1808, reserved: [44..<128, 910..<912, 992..<1008, 1028..<1040]) {
            try SIGSTRUCT(parsing: $0).bytes
        },
        Subject(
            testDescription: "EINITTOKEN", size: 304, reserved: [1..<48, 96..<128, 160..<192, 213..<236], limited: [0: 1]
        ) { try EINITTOKEN(parsing: $0).bytes },
        Subject(testDescription: "REPORT body", size: 384, reserved: [21..<32, 96..<128, 160..<192, 262..<304]) {
            try ReportBody(parsing: $0).bytes
        },
        Subject(testDescription: "REPORT", size: 432, reserved: [21..<32, 96..<128, 160..<192, 262..<304]) {
            try Report(parsing: $0).bytes
        },
        Subject(testDescription: "TARGETINFO", size: 512, reserved: [49..<50, 56..<64, 128..<512]) {
            try TargetInfo(parsing: $0).bytes
        },
        Subject(testDescription: "KEYREQUEST", size: 512, reserved: [7..<8, 78..<512]) {
            try KeyRequest(parsing: $0).bytes
        },
        Subject(testDescription: "GPRSGX", size: 184, reserved: [164..<167]) { try GPRSGX(parsing: $0).bytes },
        Subject(testDescription: "EXINFO", size: 16, reserved: [12..<16]) { try EXINFO(parsing: $0).bytes },
    ]
}

@Suite("Structures")
struct StructureTests {
    @Test("Every byte that is not reserved comes back where it was", arguments: Subject.all)
    func roundTrip(subject: Subject) throws {
        let example = subject.example
        #expect(try subject.roundTrip(example) == example)
    }

    @Test("A reserved byte that is not zero is refused", arguments: Subject.all)
    func reserved(subject: Subject) {
        for offset in subject.reserved.flatMap({ [$0.lowerBound, $0.upperBound - 1] }) {
            var changed = subject.example
            changed[offset] = 0x80
            #expect(throws: SGXError.self, "offset \(offset)") { try subject.roundTrip(changed) }
        }
    }

    @Test("A byte more or less is refused", arguments: Subject.all)
    func sizes(subject: Subject) {
        #expect(throws: SGXError.self) { try subject.roundTrip([UInt8](subject.example.dropLast())) }
        #expect(throws: SGXError.self) { try subject.roundTrip(subject.example + [0]) }
        #expect(throws: SGXError.self) { try subject.roundTrip([]) }
    }

    @Test("SECINFO knows page types and refuses what the SDM does not define")
    func secinfo() throws {
        #expect(SECINFO.tcs.flags.rawValue == 0x100)
        #expect(SECINFO(.regular, [.read, .write]).flags.rawValue == 0x203)
        #expect(SECINFO(.regular, .rights).pageType == .regular)
        for flags: UInt64 in [0x700, 0x40, 0x80, 0x10000] {
            let bytes = SECINFO(SECINFO.Flags(rawValue: flags)).bytes
            #expect(throws: SGXError.self) { try SECINFO(parsing: bytes) }
        }
    }

    @Test("Attributes tell reserved bits, and XFRM its groups")
    func attributes() {
        #expect(!Attributes.Flags([.mode64Bit, .kss]).hasReservedBits)
        #expect(Attributes.Flags(rawValue: 8).hasReservedBits)
        #expect(Attributes.XFRM(rawValue: 0xe7).isConsistent)
        #expect(!Attributes.XFRM(rawValue: 0x01).isConsistent)
        #expect(!Attributes.XFRM(rawValue: 0x23).isConsistent)
        #expect(!Attributes.XFRM(rawValue: 0xe3).isConsistent)
        #expect(!Attributes.XFRM(rawValue: 0x20003).isConsistent)
    }

    @Test("EXITINFO has vector, type and validity, and reports faults only where MISCSELECT asks")
    func exitInfo() {
        let ud = EXITINFO(vector: 6, type: .hardware)
        #expect(ud.rawValue == 0x8000_0306)
        #expect(ud.isValid && ud.vector == 6 && ud.type == .hardware)
        #expect(!EXITINFO().isValid)
        #expect(EXITINFO(rawValue: 0x100).type == nil)
        #expect(EXITINFO.reports(vector: 6, miscSelect: []))
        #expect(!EXITINFO.reports(vector: 14, miscSelect: []))
        #expect(EXITINFO.reports(vector: 14, miscSelect: .exinfo))
        #expect(EXITINFO.reports(vector: 21, miscSelect: .cpinfo))
        #expect(!EXITINFO.reports(vector: 2, miscSelect: .all))
    }

    @Test("An SSA frame ends with GPRSGX, EXINFO below it, and holds what is left")
    func ssaFrame() {
        let frame = SSAFrame(pages: 1, miscSelect: .exinfo)
        #expect(frame.gprOffset == 4096 - 184)
        #expect(frame.exinfoOffset == 4096 - 184 - 16)
        #expect(frame.holds(xsaveSize: 2696))
        #expect(!frame.holds(xsaveSize: 4000))
        #expect(SSAFrame(pages: 2, miscSelect: .exinfo).holds(xsaveSize: 4000))
        #expect(SSAFrame(pages: 1, miscSelect: []).xsaveCapacity == 4096 - 184)
    }
}
