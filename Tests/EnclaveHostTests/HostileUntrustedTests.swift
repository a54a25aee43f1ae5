import CSoftSGX
import EnclaveTestSupport
import Foundation
import Glibc
import Synchronization
import Testing
import Wire

@testable import EnclaveHost

/// An untrusted mount whose host lies: a program sees what Linux could have shown it, and no other file of the enclave.
@Suite(.serialized) struct HostileUntrustedTests {
    private static let calls: Set<HostCall> = [
        .untrustedStatus, .untrustedList, .untrustedOpen, .untrustedRead, .untrustedWrite, .untrustedClose, .untrustedChange,
        .untrustedSettle, .untrustedLinkTarget, .untrustedAllocate, .untrustedChangeOpen,
    ]

    private func run(_ word: String = "host-files", _ tamper: @escaping @Sendable (HostCall, CallView, Int64) -> Int64) throws
        -> String
    {
        let host = try HostileHost([word]) { configuration in
            configuration.mounts = [
                Mount(path: Array("/host".utf8), trust: .untrusted, source: Array("/shared".utf8), readOnly: false, size: 0)
            ]
        }
        host.tamper = { call, view, result in Self.calls.contains(call) ? tamper(call, view, result) : result }
        #expect(try host.boot() == 0)
        do { try host.run() } catch let stopped as HostileHost.Stopped { Issue.record("the enclave stopped: \(stopped.outcome)") }
        return try host.outputText
    }

    /// The lines a program may print whatever the host says.
    private func expectPossible(_ text: String, _ how: String) {
        let fixed: Set = [
            "list: names", "list: none", "stat: sizes", "read: within", "write: within", "link: from ", "link: 01234",
            "link: -----", "deep: below",
        ]
        for line in text.split(separator: "\n") {
            #expect(fixed.contains(String(line)) || line.contains(": errno ") || line.hasPrefix("deep: "), "\(how): \(line)")
        }
        #expect(text.contains("exec: errno "), "\(how): nothing is run from an untrusted mount")
        #expect(!text.contains("link: \u{0}"), "\(how)")
    }

    @Test("An honest host: everything works but running what is there") func honest() throws {
        let text = try run { $2 }
        #expect(
            text == """
                list: names
                stat: sizes
                read: within
                write: within
                link: 01234
                deep: below
                exec: errno 13
                map: errno 1

                """)
    }

    @Test(
        "Results beyond what was asked, no errno, errors of its choice, garbage instead of data: an error or what Linux could say",
        arguments: ["more", "most", "least", "none", "no errno", "EFAULT", "ENOENT", "garbage", "ones", "zeros"])
    func results(_ how: String) throws {
        let text = try run { call, view, result in
            let random = UInt8.random(in: 0...255)
            switch how {
            case "more": return result + 1
            case "most": return .max
            case "least": return .min
            case "none": return 0
            case "no errno": return -5000
            case "EFAULT": return -14
            case "ENOENT": return -2
            case "garbage":
                for place in 0..<512 where place % 3 == 0 {
                    view.data.storeBytes(of: random &+ UInt8(truncatingIfNeeded: place), toByteOffset: place, as: UInt8.self)
                }
                return result
            default:
                memset(view.data, how == "ones" ? 0xff : 0, 4096)
                return result
            }
        }
        if !text.hasPrefix("chdir: errno") { expectPossible(text, how) }
    }

    @Test(
        "A link that leads out of the mount opens nothing",
        arguments: [
            "/data", "../data", "dir/../../data", "../host/../data", "dir/dir/../../../data", "//data", "/proc/self/root/data",
        ])
    func links(_ target: String) throws {
        let text = try run { call, view, result in
            call == .untrustedLinkTarget ? view.answer(Array(target.utf8)) : result
        }
        #expect(text.contains("link: errno 13"), "\(target): \(text)")
    }

    @Test("Directories that are all said to be one and the same still have an end") func oneNumber() throws {
        let text = try run { call, view, result in
            if call == .untrustedStatus { view.data.storeBytes(of: 7, toByteOffset: 16, as: UInt64.self) }
            return result
        }
        #expect(text.contains("deep: below"), "\(text)")
    }

    @Test("Two directories that are put into each other at once are not, though the host agreed to both") func crossing() throws {
        let here = Atomic(0)
        let text = try run("crossing") { call, view, result in
            guard call == .untrustedChange, view.argument(1) == UntrustedChange.rename.rawValue else { return result }
            here.add(1, ordering: .sequentiallyConsistent)
            // Until the other one is on its way, too.
            for _ in 0..<5000 where here.load(ordering: .sequentiallyConsistent) < 2 { usleep(1000) }
            return 0
        }
        // A directory that is nowhere any more has no path, which is an end, too.
        let lines = text.split(separator: "\n")
        #expect(lines.first == "renamed: 1" && lines.count == 3, "\(text)")
        #expect(lines.dropFirst().allSatisfy { ["path: ends", "path: No such file or directory"].contains($0) }, "\(text)")
    }

    @Test("A listing without an end is EOVERFLOW") func endlessListing() throws {
        var writer = ByteWriter()
        for number in 0..<10_000 {
            UntrustedEntry(next: UInt64(number + 1), number: 1, type: 8, name: Array("name".utf8)).encode(into: &writer)
        }
        let records = writer.bytes
        let text = try run { call, view, result in call == .untrustedList ? view.answer(records) : result }
        #expect(text.contains("list: errno 75"), "\(text)")
    }
}
