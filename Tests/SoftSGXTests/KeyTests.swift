import EnclaveLayout
import EnclaveTestSupport
import Foundation
import SGX
import SoftSGX
import Testing

@Suite struct KeyTests {
    private static let rootKey = [UInt8](repeating: 0x31, count: 32)

    private func report(_ processor: Processor, for target: TargetInfo, data: [UInt8]) throws -> Report {
        let thread = try processor.enclave.attach()
        var buffer = [UInt8](repeating: 0, count: 2048)
        buffer.replaceSubrange(0..<512, with: target.bytes)
        buffer.replaceSubrange(512..<576, with: data)
        let end = buffer.withUnsafeMutableBytes { processor.call(thread, .report, UInt64(UInt(bitPattern: $0.baseAddress))) }
        #expect(end == .finished(1))
        return try Report(parsing: Array(buffer[1024..<1456]))
    }

    private func key(_ processor: Processor, _ request: [UInt8]) throws -> (Processor.End, [UInt8]) {
        let thread = try processor.enclave.attach()
        var buffer = request + [UInt8](repeating: 0, count: 512)
        let end = buffer.withUnsafeMutableBytes { processor.call(thread, .key, UInt64(UInt(bitPattern: $0.baseAddress))) }
        return (end, Array(buffer[512..<528]))
    }

    @Test func aReportTellsTheTruthUnderTheTargetsKey() throws {
        let processor = try Processor(rootKey: Self.rootKey)
        var target = TargetInfo()
        target.attributes = Attributes(flags: [.initialized, .mode64Bit], xfrm: .legacy)
        let data = (0..<64).map { UInt8($0) }
        let report = try report(processor, for: target, data: data)
        #expect(report.body.mrEnclave == processor.placement.plan.measure())
        #expect(report.body.mrSigner == (try processor.placement.signed().mrSigner))
        #expect(report.body.attributes.flags == [.initialized, .mode64Bit])
        #expect(report.body.reportData.bytes == data)
        #expect(report.body.cpuSVN == SoftwareProcessor.cpuSVN)
        // The target, in Swift: derives its report key and recomputes the MAC.
        let derivation = try #require(KeyDerivation(rootKey: Self.rootKey))
        var secs = processor.enclave.secs
        secs.attributes = target.attributes
        secs.miscSelect = []
        let identity = EnclaveIdentity(secs: secs, cpuSVN: SoftwareProcessor.cpuSVN)
        let made = try derivation.report(
            by: EnclaveIdentity.described(by: report.body), for: target, data: report.body.reportData, keyID: report.keyID)
        #expect(made.mac == report.mac)
        let other = try #require(KeyDerivation(rootKey: [UInt8](repeating: 1, count: 32)))
        let elsewhere = try other.reportKey(for: target, keyID: report.keyID, processor: identity)
        #expect(try derivation.reportKey(for: target, keyID: report.keyID, processor: identity) != elsewhere)
    }

    @Test func aSealingKeyIsTheSameAgainAndAnotherElsewhere() throws {
        let request = KeyRequest(.seal, policy: .mrEnclave).bytes
        let first = try key(Processor(rootKey: Self.rootKey), request)
        let again = try key(Processor(rootKey: Self.rootKey), request)
        let elsewhere = try key(Processor(rootKey: [UInt8](repeating: 0x32, count: 32)), request)
        #expect(first.0 == .finished(0))
        #expect(first.1 == again.1)
        #expect(first.1 != elsewhere.1)
        #expect(first.1 != [UInt8](repeating: 0, count: 16))
    }

    @Test func refusedKeysLeaveACodeAndNoKey() throws {
        let processor = try Processor()
        var newer = KeyRequest(.seal)
        newer.isvSVN = 1
        var request = KeyRequest(.seal).bytes
        request[0] = 9
        for (bytes, code) in [
            (KeyRequest(.provision).bytes, SGXErrorCode.invalidAttribute), (newer.bytes, .invalidISVSVN),
            (request, .invalidKeyName),
        ] {
            let (end, key) = try key(processor, bytes)
            #expect(end == .finished(UInt64(code.rawValue)))
            #expect(key == [UInt8](repeating: 0, count: 16))
        }
    }
}

extension EnclaveIdentity {
    /// The enclave that a report is about, as its processor knew it.
    fileprivate static func described(by body: ReportBody) -> EnclaveIdentity {
        var secs = SECS(size: 4096, baseAddress: 0, ssaFrameSize: 1, miscSelect: body.miscSelect, attributes: body.attributes)
        secs.mrEnclave = body.mrEnclave
        secs.mrSigner = body.mrSigner
        secs.configID = body.configID
        secs.configSVN = body.configSVN
        secs.isvProdID = body.isvProdID
        secs.isvSVN = body.isvSVN
        return EnclaveIdentity(
            secs: secs, isvFamilyID: body.isvFamilyID, isvExtProdID: body.isvExtProdID, cpuSVN: body.cpuSVN)
    }
}
