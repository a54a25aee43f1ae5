import CSoftSGX
import EnclaveBuild
import EnclaveTestSupport
import Foundation
import Synchronization
import Testing
import Wire

@testable import EnclaveHost

/// What a hostile host answers: the program gets an error or nothing, never a wrong content, and the enclave no exception of its own.
@Suite(.serialized) struct HostileResultTests {
    /// What became of a run.
    private struct Ending: CustomStringConvertible {
        var description: String
        var text: String
        var log: String
    }

    /// Boots and runs; whatever stops it is an ending, but a panic is a fault of ours.
    private func run(
        _ arguments: [String], input: String = "", mounts: [Mount] = [],
        _ tamper: @escaping @Sendable (HostCall, CallView, Int64) -> Int64
    ) throws -> Ending {
        let host = try HostileHost(arguments, input: input) { $0.mounts += mounts }
        host.patience = 20_000
        host.tamper = tamper
        var ending = "ran"
        do {
            if try host.boot() != 0 { ending = "refused to start" } else { try host.run() }
        } catch let stopped as HostileHost.Stopped {
            ending = "\(stopped.outcome)"
            Issue.record("the enclave stopped: \(stopped.outcome)")
        } catch is HostileHost.Endless {
            ending = "went on for ever"
        }
        return try Ending(description: ending, text: host.outputText, log: host.logText)
    }

    private func isRightOrAnError(_ ending: Ending, _ right: String) -> Bool {
        ending.text.isEmpty || ending.text == right || ending.text.contains("errno")
    }

    @Test("One bit flipped in each index block fetched: never a wrong content") func flippedIndex() throws {
        let right = try HostileTree.shared.get().sum
        var fetches = 0
        var endings: [String: Int] = [:]
        repeat {
            fetches += 1
            let target = fetches
            let seen = Atomic<Int>(0)
            let ending = try run(["sum", "/data"]) { call, view, result in
                if call == .fetchIndex, seen.add(1, ordering: .relaxed).newValue == target {
                    let place = target * 389 % 4096
                    view.data.storeBytes(
                        of: view.data.load(fromByteOffset: place, as: UInt8.self) ^ 4, toByteOffset: place, as: UInt8.self)
                }
                return result
            }
            guard seen.load(ordering: .relaxed) >= target else { break }
            #expect(isRightOrAnError(ending, right), "fetch \(target): \(ending)")
            #expect(ending.log.contains("does not match the measured root") || ending.description == "refused to start")
            endings[ending.description, default: 0] += 1
        } while fetches < 200
        #expect(fetches > 5)
        print("index fetches damaged: \(fetches - 1), endings \(endings)")
    }

    @Test(
        "File bytes: more than asked, none, one less, no errno, garbage, one bit: an error or the right content",
        arguments: ["more", "most", "least", "none", "less", "no errno", "garbage", "bit", "later"])
    func fileResults(_ how: String) throws {
        let right = try HostileTree.shared.get().sum
        let fetches = Atomic<Int>(0)
        let ending = try run(["sum", "/data"]) { call, view, result in
            guard call == .fetchFile, result > 0 else { return result }
            let number = fetches.add(1, ordering: .relaxed).newValue
            switch how {
            case "more": return result + 1
            case "most": return .max
            case "least": return .min
            case "none": return 0
            case "less": return result - 1
            case "no errno": return -4096
            case "garbage": memset(view.data, 0x5a, Int(result))
            case "bit": view.data.storeBytes(of: view.data.load(as: UInt8.self) ^ 1, as: UInt8.self)
            default:
                // Only what is fetched for the running program.
                if number > 8 { view.data.storeBytes(of: view.data.load(as: UInt8.self) ^ 1, as: UInt8.self) }
            }
            return result
        }
        #expect(isRightOrAnError(ending, right), "\(how): \(ending) \(ending.text)")
        if how != "less" { #expect(ending.text != right, "\(how): \(ending)") }
    }

    @Test("What a verified mount holds comes from its folder: bytes and index blocks of another tree are errors") func otherTree()
        throws
    {
        let tree = try HostileTree.shared.get()
        let other = [UInt8](try Data(contentsOf: URL(filePath: "\(tree.path)/data")))
        let model = Mount(path: Array("/model".utf8), trust: .verified, source: Array("/model".utf8), readOnly: true, size: 0)
        let honest = try run(["sum", "/model/data"], mounts: [model]) { $2 }
        #expect(honest.text == tree.modelSum, "\(honest)")
        let swapped = try run(["sum", "/model/data"], mounts: [model]) { call, view, result in
            guard call == .fetchFile, view.argument(2) >> 32 != 0, result > 0 else { return result }
            let start = Int(view.argument(0))
            return view.answer(Array(other[start..<min(start + Int(result), other.count)]))
        }
        #expect(
            swapped.text.contains("errno 5") && swapped.log.contains("verified file /model/data: chunk 0 does not match the index"))
        let index = try run(["sum", "/model/data"], mounts: [model]) { call, view, result in
            guard call == .fetchIndex, view.argument(2) != 0, result > 0 else { return result }
            let start = Int(view.argument(0))
            return view.answer(Array(tree.index.bytes[start..<start + Int(result)]))
        }
        #expect(index.description == "refused to start", "\(index)")
        #expect(index.log.contains("the verified mount /model's index, reading the top of the tree: block"), "\(index.log)")
    }

    @Test(
        "Counts and states of streams that cannot be: the program gets an error or what it read",
        arguments: [Int64.max, .min, -4096, -1, 0, 65, 1 << 32])
    func streamResults(_ value: Int64) throws {
        for which in [HostCall.readStream, .writeStream, .watchStream, .streamInformation, .clock, .park] {
            let ending = try run(["echo"], input: "hello\n") { call, view, result in
                guard call == which else { return result }
                if call == .streamInformation { memset(view.data, 0xff, 64) }
                return value
            }
            // A program that was told it wrote less, or nothing, may write again.
            let pieces = ending.text.replacing("hello\n", with: "")
            #expect(
                pieces.isEmpty || pieces.contains("errno") || "hello\n".hasPrefix(pieces) || which == .readStream,
                "\(which): \(ending) \(ending.text)")
        }
    }

    @Test("Random results and random bytes for every call: nothing but an error comes of it", arguments: 1...40)
    func randomResults(_ seed: UInt64) throws {
        let right = try HostileTree.shared.get().sum
        let state = Mutex(seed &* 0x9e37_79b9_7f4a_7c15)
        let ending = try run(["sum", "/data"]) { call, view, result in
            let random = state.withLock { held -> UInt64 in
                held ^= held << 13
                held ^= held >> 7
                held ^= held << 17
                return held
            }
            // What is on its way out is left: a write that is undone would be another text.
            guard random % 4 == 0, call != .writeStream, call != .log, call != .exited, call != .startVCPU else { return result }
            for index in 0..<64 { view.data.storeBytes(of: random &* UInt64(index + 1), toByteOffset: index * 8, as: UInt64.self) }
            let candidates: [Int64] = [result, .max, .min, -1, -5000, 0, Int64(bitPattern: random), Int64(random >> 44)]
            return candidates[Int(random >> 8 & 7)]
        }
        #expect(isRightOrAnError(ending, right), "seed \(seed): \(ending) \(ending.text)")
    }

    @Test("A NUL inside what the host chooses is refused: rules would judge bytes the program never sees") func hiddenText() throws
    {
        for change in [
            { $0.arguments = [Array("worker".utf8), Array("sum\0compute".utf8)] },
            { $0.environment = [Array("A=\0".utf8)] }, { $0.workingDirectory = [0x2f, 0] }, { $0.hostname = [0x61, 0, 0x62] },
        ] as [(inout BootBlock) -> Void] {
            let host = try HostileHost(["compute"]) { configuration in
                configuration.arguments.mode = .allow
                configuration.arguments.patterns = [Array("*compute".utf8)]
            }
            #expect(try host.boot(change) == 1)
            #expect(try host.logText.contains("boot block"))
        }
    }

    @Test(
        "Boot blocks of random bytes, cut or with flipped bytes never start another program nor end in a panic", arguments: 1...20)
    func damagedBootBlock(_ seed: UInt64) throws {
        let host = try HostileHost(["compute"])
        var state = seed &* 0x9e37_79b9_7f4a_7c15
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var block = BootBlock()
        block.arguments = [Array("worker".utf8), Array("compute".utf8)]
        block.cpuid = CPUIDTable.gather()
        var bytes = block.encoded()
        for _ in 0..<1 + random(8) { bytes[random(seed % 2 == 0 ? bytes.count : 100)] = UInt8(random(256)) }
        if seed % 5 == 0 { bytes.removeLast(random(bytes.count)) }
        host.offer(bytes)
        // A clock or a CPU that cannot be may start it: hints.
        guard try host.drive(0, .boot) == 0 else { return }
        try host.run()
        #expect(try host.outputText.isEmpty || host.outputText == host.tree.computed)
    }
}
