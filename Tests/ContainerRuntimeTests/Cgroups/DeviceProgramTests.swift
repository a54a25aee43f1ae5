import OCI
import Testing

@testable import ContainerRuntime

/// Runs the instructions that device programs are made of, as the kernel does.
private struct Machine {
    struct Request {
        var isBlock: Bool
        var major: UInt32
        var minor: UInt32
        var access: DeviceAccess
    }

    /// `nil`: it ran out of its program, or read what was never written.
    static func run(_ program: [BPFInstruction], _ request: Request) -> UInt64? {
        let context = [request.access.rawValue << 16 | (request.isBlock ? 1 : 2), request.major, request.minor]
        var registers: [UInt64?] = Array(repeating: nil, count: 11)
        var position = 0
        while position < program.count {
            let instruction = program[position]
            let (destination, source) = (Int(instruction.destination), Int(instruction.source))
            let immediate = UInt64(bitPattern: Int64(instruction.immediate))
            position += 1
            switch instruction.code {
            case 0x95: return registers[0]
            case 0x61: registers[destination] = UInt64(context[Int(instruction.offset) / 4])
            case 0xb7: registers[destination] = immediate
            case 0xbf: registers[destination] = registers[source]
            case 0x57: registers[destination] = registers[destination].map { $0 & immediate }
            case 0x77: registers[destination] = registers[destination].map { $0 >> immediate }
            case 0x15, 0x55:
                guard let value = registers[destination] else { return nil }
                if (value == immediate) == (instruction.code == 0x15) { position += Int(instruction.offset) }
            default: return nil
            }
        }
        return nil
    }
}

@Suite struct DeviceProgramTests {
    /// For each kind of access the last rule that names the device decides.
    private func allows(_ rules: [DeviceRules.Rule], _ request: Machine.Request) -> Bool {
        [DeviceAccess.make, .read, .write].filter(request.access.contains).allSatisfy { access in
            let decisive = rules.last { rule in
                if rule.type == "a" { return true }
                return rule.type == (request.isBlock ? "b" : "c") && rule.major ?? request.major == request.major
                    && rule.minor ?? request.minor == request.minor && DeviceAccess(letters: rule.access).contains(access)
            }
            return decisive?.allow ?? false
        }
    }

    @Test func aProgramDecidesAsItsRulesDoForRandomLists() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<400 {
            let rules = (0..<Int.random(in: 1...12, using: &generator)).map { _ in Self.rule(&generator) }
            let program = DeviceProgram(DeviceRules(rules)).instructions
            for _ in 0..<60 {
                let request = Machine.Request(
                    isBlock: Bool.random(using: &generator), major: UInt32.random(in: 0...6, using: &generator),
                    minor: UInt32.random(in: 0...4, using: &generator),
                    access: DeviceAccess(rawValue: UInt32.random(in: 1...7, using: &generator)))
                let wanted: UInt64 = allows(rules + DeviceRules.defaults, request) ? 1 : 0
                #expect(Machine.run(program, request) == wanted, "\(rules) \(request)")
            }
        }
    }

    private static func rule(_ generator: inout SystemRandomNumberGenerator) -> DeviceRules.Rule {
        let letters = ["r", "w", "m", "rw", "wm", "rm", "rwm", "rwm"]
        return DeviceRules.Rule(
            allow: Bool.random(using: &generator),
            type: ["c", "c", "b", "b", "c", "a"].randomElement(using: &generator) ?? "a",
            major: Bool.random(using: &generator) ? UInt32.random(in: 0...6, using: &generator) : nil,
            minor: Bool.random(using: &generator) ? UInt32.random(in: 0...4, using: &generator) : nil,
            access: letters.randomElement(using: &generator) ?? "rwm")
    }

    @Test func instructionsAreEncodedAsTheKernelReadsThem() {
        #expect(BPFInstruction.load(3, at: 4).encoded == 0x0000_0000_0004_1361)
        #expect(BPFInstruction.skip(-1, unless: 2, is: 2).encoded == 0x0000_0002_ffff_0255)
        #expect(BPFInstruction.end(returning: 1).map(\.encoded) == [0x0000_0001_0000_00b7, 0x95])
    }

    @Test func numbersNoDeviceHasAllowNothing() {
        let rules = [DeviceRules.Rule(allow: false, type: "a"), DeviceRules.Rule(allow: true, type: "c", major: .max)]
        let program = DeviceProgram(DeviceRules(rules)).instructions
        let request = Machine.Request(isBlock: false, major: .max, minor: 0, access: .read)
        #expect(Machine.run(program, request) == 0)
    }

    @Test func withoutRulesNothingIsLimited() {
        #expect(DeviceRules([]).rules.isEmpty)
    }
}

@Suite struct DeviceWhitelistTests {
    private typealias Devices = DeviceWhitelist.Devices

    @Test func rulesBecomeLines() {
        #expect(DeviceWhitelist.line(.init(allow: false, type: "a", major: 1)) == "a")
        #expect(DeviceWhitelist.line(.init(allow: true, type: "c", major: 10, minor: 229, access: "rw")) == "c 10:229 rw")
        #expect(DeviceWhitelist.line(.init(allow: true, type: "c", major: 4)) == "c 4:* rwm")
    }

    @Test func theKernelsListIsRead() {
        let list = DeviceWhitelist(listing: "c 1:3 rwm\nc 136:* rw\nb *:* m\n")
        #expect(
            list.allowed == [
                Devices(type: "c", major: 1, minor: 3): .all, Devices(type: "c", major: 136, minor: nil): [.read, .write],
                Devices(type: "b", major: nil, minor: nil): .make,
            ])
        #expect(DeviceWhitelist(listing: "a *:* rwm\n").allowed == nil)
    }

    @Test func rulesChangeAListAsTheKernelDoes() {
        let devices = Devices(type: "c", major: 1, minor: 3)
        let rules: [DeviceRules.Rule] = [
            .init(allow: true, type: "c", major: 9, minor: 9), .init(allow: false, type: "a"),
            .init(allow: true, type: "c", major: 1, minor: 3, access: "rw"),
            .init(allow: false, type: "c", major: 1, minor: 3, access: "w"),
        ]
        #expect(DeviceWhitelist(after: rules).allowed == [devices: .read])
        #expect(DeviceWhitelist(after: [.init(allow: false, type: "a"), .init(allow: true, type: "a")]).allowed == nil)
    }
}
