import Foundation
import Testing

/// Volumes that outlive the enclave, and a host that does not keep them as they were.
@Suite("Encrypted volumes", .enabled(if: Release.isUsable, Release.need)) struct EncryptedVolumeTests {
    private static let mount = "[[mounts]]\npath = \"/volume\"\ntrust = \"encrypted\"\nsource = \"/nowhere\"\n"

    /// An enclave that runs a Python program with a volume at /volume.
    private static func enclave(_ program: String, _ more: String = "") throws -> Enclave {
        let words = ["/usr/bin/python3", "-c", program]
        return try Enclave(running: words, mount + more)
    }

    /// The volume's file in a folder of the host.
    private struct Place {
        let folder: TemporaryFolder
        init() throws { folder = try TemporaryFolder() }
        var options: [String] { ["--volume", "/volume=\(folder.path)/kept"] }
        var file: URL { URL(fileURLWithPath: "\(folder.path)/kept/volume") }
        func copy() throws -> Data { try Data(contentsOf: file) }
        func put(_ bytes: Data) throws { try bytes.write(to: file) }
    }

    /// Counts its runs in a file.
    private static let count = """
        import os
        n = int(open('/volume/runs').read()) if os.path.exists('/volume/runs') else 0
        with open('/volume/runs', 'w') as f:
            f.write(str(n + 1))
        print('run', n + 1)
        """

    private func run(_ enclave: Enclave, _ place: Place, _ options: [String] = [], environment: [String: String] = [:]) throws
        -> Command
    {
        try enclave.run(options: place.options + options, environment: environment)
    }

    // MARK: Who may open it

    @Test("A volume is there in the next run, and for that enclave only") func sealed() throws {
        let enclave = try Self.enclave(Self.count)
        let place = try Place()
        for number in 1...3 { #expect(try run(enclave, place).text == "run \(number)\n") }
        let other = try run(Self.enclave(Self.count, "[env]\nOTHER = \"1\"\n"), place)
        #expect(other.status != 0)
        #expect(other.errors.contains("sealed for another enclave or signer"), "\(other.errors)")
        #expect(try run(enclave, place).text == "run 4\n")
    }

    @Test("Sealed to the signer it opens for the signer's next enclave, and for no other kind of sealing") func signer() throws {
        let place = try Place()
        let sealing = "sealing = \"mrsigner\"\n"
        let first = try Enclave(running: ["/usr/bin/python3", "-c", Self.count], sealing + Self.mount)
        let second = try Enclave(running: ["/usr/bin/python3", "-c", Self.count], sealing + Self.mount + "[env]\nOTHER = \"1\"\n")
        #expect(try run(first, place).text == "run 1\n")
        #expect(try run(second, place).text == "run 2\n")
        #expect(try run(Self.enclave(Self.count), place).errors.contains("sealed for another"))
    }

    @Test("Another machine, another mount path and a second enclave beside the first are told why they are refused") func refused()
        throws
    {
        let enclave = try Self.enclave(Self.count)
        let place = try Place()
        #expect(try run(enclave, place).text == "run 1\n")
        let machine = try TemporaryFolder()
        let elsewhere = try run(enclave, place, environment: ["INCLAVARE_STATE": machine.path])
        #expect(elsewhere.status != 0)
        #expect(elsewhere.errors.contains("made on another machine"), "\(elsewhere.errors)")

        let sealing = "sealing = \"mrsigner\"\n"
        let there = try Place()
        let program = ["/usr/bin/busybox", "true"]
        #expect(try run(Enclave(running: program, sealing + Self.mount), there).status == 0)
        let moved = try Enclave(running: program, sealing + Self.mount.replacing("/volume", with: "/moved"))
        let answer = try moved.run(options: ["--volume", "/moved=\(there.folder.path)/kept"])
        #expect(answer.errors.contains("made for another mount path"), "\(answer.errors)")

        let held = try Place()
        let holder = try Self.enclave("import time; print('here', flush=True); time.sleep(600)")
        let one = try RunningApplication(holder, options: held.options)
        try one.wait(forOutput: "here")
        let two = try run(holder, held)
        #expect(two.status != 0)
        #expect(two.errors.contains("another enclave has it open"), "\(two.errors)")
        _ = try one.stop(SIGKILL)
    }

    // MARK: A host that changes what it keeps

    @Test("An old copy is found out by the counter, also where only the superblocks are old") func old() throws {
        let enclave = try Self.enclave(Self.count)
        let place = try Place()
        #expect(try run(enclave, place).text == "run 1\n")
        let before = try place.copy()
        #expect(try run(enclave, place).text == "run 2\n")
        let after = try place.copy()
        for stale in [before, before.prefix(8192) + after.dropFirst(8192)] {
            try place.put(stale)
            let answer = try run(enclave, place)
            #expect(answer.status != 0)
            #expect(answer.errors.contains("it is an old copy") || answer.errors.contains("it was changed"), "\(answer.errors)")
        }
        try place.put(after)
        #expect(try run(enclave, place).text == "run 3\n")
    }

    @Test("A volume that was cut off or whose superblocks were changed is refused; one with bytes behind it is not") func resized()
        throws
    {
        let enclave = try Self.enclave(Self.count)
        let place = try Place()
        #expect(try run(enclave, place).text == "run 1\n")
        let whole = try place.copy()
        try place.put(whole.prefix(whole.count / 2))
        #expect(try run(enclave, place).errors.contains("changed, cut off"))
        var changed = whole
        changed[300] ^= 1
        changed[4096 + 300] ^= 1
        try place.put(changed)
        #expect(try run(enclave, place).errors.contains("no superblock is authentic"))
        try place.put(Data(repeating: 7, count: 100_000))
        #expect(try run(enclave, place).errors.contains("no volume; it is not touched"))
        try place.put(whole + Data(repeating: 1, count: 50_000))
        #expect(try run(enclave, place).text == "run 2\n")
    }

    /// Writes more than is kept in memory and reads it again and again until something is not right.
    private static let reread = """
        import os, sys
        block = lambda n: (b'%8d' % n) * 512
        with open('/volume/large', 'wb') as f:
            for n in range(8192): f.write(block(n))
            f.flush(); os.fsync(f.fileno())
        print('written', flush=True)
        for _ in range(1000):
            failed = 0
            with open('/volume/large', 'rb', buffering=0) as f:
                for n in range(8192):
                    try:
                        f.seek(n * 4096)
                        if f.read(4096) != block(n): sys.exit('other bytes')
                    except OSError as error:
                        if error.errno != 5: raise
                        failed += 1
            if failed: break
        print('failed', failed > 0)
        """

    enum Change: CaseIterable { case swapped, flipped, cutOff }

    @Test(
        "While it runs, blocks that are swapped, changed or cut off are errors, and never other bytes", arguments: Change.allCases)
    func during(change: Change) throws {
        let place = try Place()
        let application = try RunningApplication(Self.enclave(Self.reread), options: place.options)
        try application.wait(forOutput: "written")
        let file = try FileHandle(forUpdating: place.file)
        let blocks = Int(try file.seekToEnd()) / 4096
        let middle = blocks / 2
        switch change {
        case .cutOff: try file.truncate(atOffset: UInt64(middle * 4096))
        case .flipped:
            for block in middle..<middle + 64 { try file.change(block) { $0[100] ^= 1 } }
        case .swapped:
            for block in middle..<middle + 64 {
                let other = try file.block(block + 64)
                let one = try file.block(block)
                try file.change(block) { $0 = other }
                try file.change(block + 64) { $0 = one }
            }
        }
        try application.wait(forOutput: "failed True")
        #expect(application.errors.contains("is not what was written there") || change == .cutOff, "\(application.errors)")
    }
}

extension FileHandle {
    fileprivate func block(_ number: Int) throws -> Data {
        try seek(toOffset: UInt64(number * 4096))
        return try read(upToCount: 4096) ?? Data()
    }

    fileprivate func change(_ number: Int, _ body: (inout Data) -> Void) throws {
        var bytes = try block(number)
        body(&bytes)
        try seek(toOffset: UInt64(number * 4096))
        try write(contentsOf: bytes)
    }
}
