import CSoftSGX
import EnclaveTestSupport
import Foundation
import Glibc
import Linux
import SGX
import Testing

@testable import SoftSGX

@Suite("EPC as a limit of the machine")
struct EPCTests {
    /// A state directory of the test's own, of this size.
    private final class State {
        let path = FileManager.default.temporaryDirectory.appending(path: "inclavare-epc-\(UUID().uuidString)").path

        init(_ size: String? = nil) throws {
            try FileManager.default.createDirectory(atPath: path + "/softsgx", withIntermediateDirectories: true)
            if let size { try Data((size + "\n").utf8).write(to: URL(filePath: path + "/softsgx/epc.size")) }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private func take(_ account: EPCAccount, _ pages: UInt64) -> Int32 { softsgx_epc_take_pages(account.handle, pages) }

    @Test(
        "A size is a number with K, M or G, and what may lie beyond it",
        arguments: [
            ("64M", EPCSize(bytes: 64 << 20)), ("64M+0", EPCSize(bytes: 64 << 20, beyond: 0)),
            ("1G+512K", EPCSize(bytes: 1 << 30, beyond: 512 << 10)), ("5000", EPCSize(bytes: 4096)), ("4095", nil), ("", nil),
            ("64M+", nil), ("64m", nil), ("-1", nil), ("1+2+3", nil), ("99999999999G", nil), ("+1M", nil), ("M", nil),
        ] as [(String, EPCSize?)])
    func sizes(text: String, expected: EPCSize?) {
        #expect(EPCSize(text) == expected)
    }

    @Test("The last page can be taken, one more cannot, and what is given back can be taken again")
    func limit() throws {
        let account = try EPCAccount(private: EPCSize(bytes: 8 << 12, beyond: 2 << 12))
        #expect(take(account, 8) == 0)
        #expect(take(account, 3) == -ENOMEM)
        #expect(take(account, 2) == 0)
        #expect(take(account, 1) == -ENOMEM)
        softsgx_epc_give_pages(account.handle, 4)
        #expect(take(account, 4) == 0)
        #expect(account.usedBytes == 10 << 12)
    }

    @Test("Processes share one limit, and each sees what the others hold")
    func shared() throws {
        let state = try State("16K+0")
        let (first, second) = (try EPCAccount.open(in: state.path), try EPCAccount.open(in: state.path))
        #expect(first.isShared && first.handle.pointee.slot != second.handle.pointee.slot)
        #expect(take(first, 3) == 0)
        #expect(take(second, 2) == -ENOMEM)
        #expect(take(second, 1) == 0)
        #expect(first.usedBytes == 4 << 12)
        let usage = try EPCUsage.read(state: state.path)
        #expect(usage == EPCUsage(totalBytes: 16384, beyondBytes: 0, usedBytes: 16384, processes: 2))
        #expect(usage.freeBytes == 0)
        softsgx_epc_give_pages(first.handle, 3)
        #expect(take(second, 3) == 0)
    }

    @Test("The pages of a process that was killed come back by themselves")
    func killed() throws {
        let state = try State("16K+0")
        let account = try EPCAccount.open(in: state.path)
        let process = try holder(of: 3, in: state.path)
        #expect(take(account, 2) == -ENOMEM, "the other process lives")
        #expect(try EPCUsage.read(state: state.path).processes == 2)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(try EPCUsage.read(state: state.path).usedBytes == 0, "readers see it before anybody takes the pages back")
        #expect(take(account, 4) == 0)
        #expect(account.usedBytes == 16384)
    }

    @Test("A forked child keeps its parent's pages, since it shares the enclaves, until it ends as well")
    func forked() throws {
        let state = try State("16K+0")
        let account = try EPCAccount.open(in: state.path)
        let process = try holder(of: 3, in: state.path, forking: true)
        let child = try #require(pid_t(try String(contentsOfFile: state.path + "/child", encoding: .utf8)))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(take(account, 2) == -ENOMEM, "the child lives")
        kill(child, SIGKILL)
        // Nobody here can wait for a grandchild; its lock goes a moment after the signal.
        var result: Int32 = -ENOMEM
        for _ in 0..<2000 where result != 0 {
            usleep(1000)
            result = take(account, 4)
        }
        #expect(result == 0)
    }

    /// A process that follows the file's layout in another language: it claims a slot, closes the file and holds pages.
    private func holder(of pages: Int, in state: String, forking: Bool = false) throws -> Process {
        let program = """
            import fcntl, mmap, os, struct, sys, time
            fd = os.open(sys.argv[1], os.O_RDWR)
            memory = mmap.mmap(fd, 4096 + 1024 * 64)
            assert memory[:8] == b"INCLEPC\\0" and struct.unpack_from("<II", memory, 8) == (1, 1)
            fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 4096 + 5 * 64, 1, 0))
            os.close(fd)
            struct.pack_into("<I", memory, 36, 6)
            struct.pack_into("<QI", memory, 4096 + 5 * 64, int(sys.argv[2]), os.getpid())
            child = os.fork() if sys.argv[3] else 1
            if child == 0:
                os.closerange(0, 1024)
                time.sleep(60)
            if sys.argv[3]:
                open(sys.argv[3], "w").write(str(child))
            print("ready", flush=True)
            time.sleep(60)
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, state + "/softsgx/epc", "\(pages)", forking ? state + "/child" : ""]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("ready"))
        return process
    }

    @Test("The size is read anew when a process starts; without one it is sensible for the machine")
    func configuration() throws {
        let state = try State()
        let standard = try EPCAccount.open(in: state.path)
        #expect([64 << 20, 128 << 20].contains(standard.epcBytes))
        #expect(try EPCUsage.read(state: state.path).beyondBytes == nil)
        try Data("1M+1M\n".utf8).write(to: URL(filePath: state.path + "/softsgx/epc.size"))
        #expect(try EPCAccount.open(in: state.path).epcBytes == 1 << 20)
        #expect(standard.epcBytes == 1 << 20, "and it holds for those that run")
        try Data("much\n".utf8).write(to: URL(filePath: state.path + "/softsgx/epc.size"))
        #expect(throws: SoftSGXError.self) { try EPCAccount.open(in: state.path) }
    }

    @Test("Where the account cannot be written a process has one of its own, and a file of another kind is refused")
    func places() throws {
        #expect(try !EPCAccount.open(in: "/proc/1/nowhere").isShared)
        let state = try State()
        let path = state.path + "/softsgx/epc"
        for bytes in [Data(), Data(count: 4096 + 1024 * 64), Data("INCLEPC\0\u{1}\0\0\0\u{2}\0\0\0".utf8)] {
            try bytes.write(to: URL(filePath: path))
            #expect(throws: SoftSGXError.self) { try EPCAccount.open(in: state.path) }
        }
    }

    @Test("An enclave that needs more than is left is refused as the driver refuses it, and its end gives its pages back")
    func enclave() throws {
        let account = try EPCAccount(private: EPCSize(bytes: 600 << 12, beyond: 0))
        do {
            let enclave = try TestEnclave(image: Processor.image.get()).created()
            softsgx_epc_give_all(enclave.record)
            enclave.record.pointee.epc = account.handle
            enclave.record.pointee.epc_pages = 0
            #expect(softsgx_epc_take(enclave.record, 1) == 0)
            #expect(account.usedBytes == 2 << 12, "SECS and a version array")
            let secinfo = SECINFO(.regular, [.read, .write])
            try enclave.addPages(.zeros(pages: 520), at: 0x10_0000, secinfo, measured: false)
            #expect(account.usedBytes == 523 << 12, "one more version array for the pages from the 512th on")
            let before = enclave.mrEnclave
            let refused = #expect(throws: SoftSGXError.self) {
                try enclave.addPages(.zeros(pages: 78), at: 0x40_0000, secinfo, measured: true)
            }
            #expect(refused == .exhausted && refused?.errno == ENOMEM)
            #expect(enclave.mrEnclave == before && account.usedBytes == 523 << 12)
            try enclave.addPages(.zeros(pages: 77), at: 0x40_0000, secinfo, measured: true)
            #expect(account.usedBytes == 600 << 12)
        }
        #expect(account.usedBytes == 0)
    }

    @Test(
        "A fault that would add a page ends as a bus error when EPC is used up, and adds it once there is some",
        arguments: [false, true])
    func faults(shared: Bool) throws {
        let account = try EPCAccount(private: EPCSize(bytes: 2 << 12, beyond: 0))
        let processor = try shared ? Processor(sharedWithVCPUs: 2) : Processor()
        let (page, length): (UInt64, UInt64) = (0x200_0000, 4 * 4096)
        try processor.enclave.map(page, length, [.read, .write])
        softsgx_epc_give_all(processor.enclave.record)
        processor.enclave.record.pointee.epc = account.handle
        processor.enclave.record.pointee.epc_pages = 0
        #expect(softsgx_epc_take(processor.enclave.record, 1) == 0)
        let thread = try processor.enclave.attach()
        var codes: [UInt16] = []
        let address = processor.base + page
        #expect(processor.call(thread, .load, address) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(processor.call(thread, .store, address) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(codes == [4, 6], "as the vDSO tells of a bus error: no page")
        var progress = PageProgress()
        #expect(throws: SoftSGXError.exhausted) { try processor.enclave.augment(page, length, progress: &progress) }
        #expect(progress.bytes == 0 && account.usedBytes == 2 << 12)
        account.handle.pointee.table.pointee.epc_bytes = 3 << 12
        #expect(processor.call(thread, .load, address) { codes.append($0.error_code) } == .finished(0xbad))
        #expect(codes.last == 0x8005, "there, but pending")
        #expect(account.usedBytes == 3 << 12)
    }

    @Test("Threads that take and give at once leave the sum right and never pass the limit")
    func threads() async throws {
        let state = try State("400K+0")
        let accounts = [try EPCAccount.open(in: state.path), try EPCAccount.open(in: state.path)]
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                let account = accounts[number % 2]
                group.addTask {
                    for round in 0..<20_000 {
                        let pages = UInt64(round % 40 + 1)
                        guard softsgx_epc_take_pages(account.handle, pages) == 0 else { continue }
                        softsgx_epc_give_pages(account.handle, pages)
                    }
                }
            }
        }
        #expect(accounts[0].usedBytes == 0)
    }
}
