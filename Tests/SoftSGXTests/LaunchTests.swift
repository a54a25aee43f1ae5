import EnclaveCrypto
import EnclaveLayout
import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import SoftSGX
import Testing
import Wire

@Suite struct LaunchTests {
    private func refusal(_ body: () throws -> Void) -> SoftSGXError? {
        do {
            try body()
            return nil
        } catch {
            return error as? SoftSGXError
        }
    }

    private func launch(_ change: (inout SIGSTRUCT) -> Void, debug: Bool = false) -> SoftSGXError? {
        refusal { _ = try TestEnclave(image: Processor.image.get(), debug: debug).loaded(change: change) }
    }

    @Test func measuresAsTheLayoutDoes() throws {
        let test = try TestEnclave(image: Processor.image.get())
        let created = try test.created()
        for run in test.plan.runs { try TestEnclave.add(run, to: created) }
        #expect(created.mrEnclave == test.plan.measure())
    }

    @Test func refusesAnotherMeasurement() {
        #expect(launch { $0.enclaveHash = .init() } == .launch(.invalidMeasurement))
    }

    @Test func refusesABrokenSignature() throws {
        let test = try TestEnclave(image: Processor.image.get())
        let created = try test.created()
        for run in test.plan.runs { try TestEnclave.add(run, to: created) }
        var sigstruct = try test.signed()
        sigstruct.isvSVN = 9
        #expect(refusal { try created.initialise(sigstruct) } == .launch(.invalidSignature))
    }

    @Test func refusesDebugWhereTheMaskCoversIt() {
        #expect(launch({ $0.attributes.flags.remove(.debug) }, debug: true) == .launch(.invalidAttribute))
        #expect(launch({ _ in }, debug: true) == nil, "signed as a debug enclave it is one")
    }

    @Test func refusesKeyBitsThatOnlyThePlatformHas() throws {
        var test = try TestEnclave(image: Processor.image.get())
        test.configuration.attributes |= 0x10
        test.plan = try .init(image: test.image, configuration: test.configuration)
        let error = refusal { _ = try test.loaded() }
        guard case .denied = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func refusesBadSECSAndSECINFO() throws {
        let test = try TestEnclave(image: Processor.image.get())
        for spoil: (inout SECS) -> Void in [
            { $0.size = 3 << 20 }, { $0.baseAddress = 4096 }, { $0.attributes.xfrm = .avx }, { $0.attributes.flags = [] },
            { $0.attributes.flags.insert(.initialized) }, { $0.ssaFrameSize = 0 }, { $0.miscSelect = .all },
            { $0.configSVN = 1 }, { $0.attributes.flags = .init(rawValue: 0x104) },
        ] {
            var secs = test.plan.secs
            secs.baseAddress = TestEnclave.freshBase()
            spoil(&secs)
            let root = try Processor.key(1)
            do throws(SoftSGXError) {
                _ = try SoftEnclave(creating: secs, rootKey: root)
                Issue.record("taken: \(secs.attributes)")
            } catch {
                if case .system = error { Issue.record("\(error)") }
            }
        }
        let created = try test.created()
        for secinfo in [
            SECINFO(.regular, .write), SECINFO(.tcs, .read), SECINFO(.secs, .read), SECINFO(.trimmed),
            SECINFO(.regular, [.read, .pending]),
        ] {
            let error = refusal { try created.addPages(.zeros(pages: 1), at: 0x10000, secinfo, measured: false) }
            guard case .invalid = error else {
                Issue.record("\(secinfo): \(String(describing: error))")
                continue
            }
        }
        for offset: UInt64 in [1, 64 << 20, .max - 4095] {
            let secinfo = SECINFO(.regular, .read)
            let error = refusal { try created.addPages(.zeros(pages: 1), at: offset, secinfo, measured: false) }
            guard case .invalid = error else {
                Issue.record("\(offset): \(String(describing: error))")
                continue
            }
        }
        try created.addPages(.zeros(pages: 2), at: 0x10000, SECINFO(.regular, .read), measured: false)
        let twice = refusal { try created.addPages(.zeros(pages: 1), at: 0x11000, SECINFO(.regular, .read), measured: false) }
        guard case .busy = twice else {
            Issue.record("added twice")
            return
        }
    }

    @Test func mapsNoMoreThanSECINFOAllows() throws {
        let processor = try Processor()
        let configuration = processor.placement.plan.placement.configurationOffset
        let error = refusal { try processor.enclave.map(configuration, 4096, [.read, .write]) }
        guard case .denied = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let after = refusal {
            try processor.enclave.addPages(.zeros(pages: 1), at: 0x200_0000, SECINFO(.regular, .read), measured: false)
        }
        guard case .invalid = after else {
            Issue.record("a page was added after EINIT")
            return
        }
    }

    @Test func namesAHostMappingThatIsInTheWay() throws {
        let test = try TestEnclave(image: Processor.image.get())
        var secs = test.plan.secs
        secs.baseAddress = TestEnclave.freshBase()
        let file = try Linux.FileDescriptor.open("/proc/self/exe", O_RDONLY)
        let place = UnsafeMutableRawPointer(bitPattern: UInt(secs.baseAddress + 0x10_0000))
        let mapped = mmap(place, 4096, PROT_READ, MAP_PRIVATE | MAP_FIXED, file.raw, 0)
        defer { munmap(mapped, 4096) }
        let key = try Processor.key(1)
        do throws(SoftSGXError) {
            _ = try SoftEnclave(creating: secs, rootKey: key)
            Issue.record("created over a mapping")
        } catch {
            guard case .occupied(let entry) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(entry.start == secs.baseAddress + 0x10_0000)
            #expect(entry.name.hasPrefix("/"), "\(entry.name)")
        }
    }
}
