import EnclaveHost
import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import Synchronization
import Testing
import Wire

/// `LoadedEnclave` lives at base 0: no two of these tests at a time.
@Suite(.serialized) struct LoadedEnclaveTests {
    /// What a run of a `services.S` program gave.
    private struct Outcome {
        var output: String
        var log: String
        var report: ExitReport?
        var error: EnclaveHostError?
        var calls: [HostCall: UInt64] = [:]
        var nanoseconds: UInt64 = 0
    }

    private func run(_ program: String, input: Int32 = 0) throws -> Outcome {
        try AddressZero.use { try runThere(program, input) }
    }

    private func runThere(_ program: String, _ input: Int32) throws -> Outcome {
        let test = try TestEnclave(image: AssembledImage.make("services", defining: [program]))
        let index = try Scratch.file(Array("0123456789index".utf8))
        let output = try Scratch.file([])
        let log = try Scratch.file([])
        let folder = EnclaveFolder(
            image: test.image, sigstruct: try test.signed().bytes, configuration: test.configuration.encoded(),
            indexes: HeldDescriptors(root: FileDescriptor(owning: dup(index.raw))))
        var outcome = Outcome(output: "", log: "")
        do throws(EnclaveHostError) {
            let state = FileManager.default.temporaryDirectory.appending(path: "inclavare-host-tests").path
            let enclave = try LoadedEnclave.load(folder: folder, device: SoftwareDevice(state: state))
            try enclave.boot(BootBlock(), services: Self.services(input, output.raw, log.raw))
            let start = DispatchTime.now().uptimeNanoseconds
            outcome.report = try enclave.run()
            outcome.nanoseconds = DispatchTime.now().uptimeNanoseconds - start
            for call in enclave.hostCalls { outcome.calls[call.call] = call.count }
        } catch {
            outcome.error = error
        }
        outcome.output = try Scratch.text(output)
        outcome.log = try Scratch.text(log)
        return outcome
    }

    private static func services(_ input: Int32, _ output: Int32, _ log: Int32) throws(EnclaveHostError) -> HostServices {
        do throws(SystemCallError) {
            var services = HostServices(rootFilesystem: try FileDescriptor.open("/", O_RDONLY | O_DIRECTORY))
            services.streams = (input, output, output)
            services.log = log
            return services
        } catch {
            throw .system(error)
        }
    }

    @Test func runsAProgramOnTwoVCPUsAndCountsItsCalls() throws {
        let outcome = try run("PROGRAM_HELLO")
        #expect(outcome.error == nil)
        #expect(outcome.report?.status == 7)
        #expect(outcome.output == "hello\n89ind")
        #expect(
            outcome.calls == [
                .writeStream: 2, .fetchIndex: 1, .startVCPU: 1, .park: 1, .wakeVCPU: 1, .exited: 1,
            ])
    }

    @Test func endsWhileVCPU0BlocksInARead() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let outcome = try run("PROGRAM_BLOCKED", input: ends[0])
        #expect(outcome.error == nil)
        #expect(outcome.report?.status == 7)
    }

    @Test func aRefusedBootIsAnErrorInTheEnclavesWords() throws {
        let outcome = try run("PROGRAM_REFUSE")
        #expect(outcome.error == .bootRefused("no entrypoint?[2J"))
        // Said once.
        #expect(outcome.log.isEmpty)
    }

    @Test func anExceptionNobodyHandlesNamesItsPlace() throws {
        let error = try #require(try run("PROGRAM_FAULT").error)
        guard case .exception(6, let place) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(place.hasPrefix("enclave.img+0x1"))
        #expect("\(error)".contains("#UD"))
    }

    @Test func aPanicIsAnErrorThatSaysWhy() throws {
        #expect(try run("PROGRAM_PANIC").error == .panic(.swiftTrap, after: nil))
    }

    @Test func anUnknownHostCallIsENOSYS() throws {
        #expect(try run("PROGRAM_NOISE").report?.status == UInt32(ENOSYS))
    }

    @Test func aFolderWithAChangedFileIsRefused() throws {
        let test = try TestEnclave(image: AssembledImage.make("services", defining: ["PROGRAM_HELLO"]))
        let sigstruct = try test.signed().bytes
        let configuration = test.configuration.encoded()
        func refusal(_ image: [UInt8], _ sigstruct: [UInt8], _ configuration: [UInt8]) throws -> String {
            let index = try Scratch.file([])
            let folder = EnclaveFolder(
                image: image, sigstruct: sigstruct, configuration: configuration,
                indexes: HeldDescriptors(root: FileDescriptor(owning: dup(index.raw))))
            do throws(EnclaveHostError) {
                _ = try LoadedEnclave.load(folder: folder, device: SoftwareDevice(state: NSTemporaryDirectory()))
                return "loaded"
            } catch {
                return "\(error)"
            }
        }
        var image = test.image
        image[0x1000] ^= 1
        #expect(try refusal(image, sigstruct, configuration).contains("measurement"))
        #expect(try refusal(Array(test.image[..<0x1010]), sigstruct, configuration).contains("truncated"))
        var changed = sigstruct
        changed[600] ^= 1
        #expect(try refusal(test.image, changed, configuration).contains("signature"))
        #expect(try refusal(test.image, Array(sigstruct.dropLast()), configuration).contains("sigstruct"))
        var other = configuration
        other[12] ^= 0xff
        let refused = try refusal(test.image, sigstruct, other)
        #expect(refused.contains("configuration"), "\(refused)")
        other = configuration
        // One more signal that the host may send.
        other[other.count - 14] ^= 1
        #expect(try refusal(test.image, sigstruct, other).contains("measurement"))
    }

    @Test func servesManyHostCallsInARow() throws {
        let outcome = try run("PROGRAM_CALLS")
        #expect(outcome.calls[.wakeVCPU] == 200_000)
        print("host call: \(outcome.nanoseconds / 200_000) ns each")
    }
}

/// Nameless files.
private enum Scratch {
    static func file(_ contents: [UInt8]) throws -> FileDescriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        unlink(path)
        _ = write(file.raw, contents, contents.count)
        return file
    }

    static func text(_ file: borrowing FileDescriptor) throws -> String {
        String(decoding: try BoundedFile.read(file, "scratch", limit: 1 << 20), as: UTF8.self)
    }
}
