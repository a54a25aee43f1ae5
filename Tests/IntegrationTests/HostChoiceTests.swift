import Foundation
import Testing

/// What the manifest lets the host choose, and what the enclave says to the rest.
@Suite("The host's choices", .enabled(if: Release.isUsable, Release.need)) struct HostChoiceTests {
    private static let shell = "entrypoint = \"/usr/bin/busybox\"\nargs = [\"busybox\", \"echo\", \"fixed\"]\n\(Enclave.small)"

    @Test("Fixed arguments are what runs, and others are refused by the enclave") func fixedArguments() throws {
        let enclave = try Enclave(Self.shell)
        #expect(try enclave.run().text == "fixed\n")
        let other = try enclave.run(["busybox", "echo", "chosen"])
        #expect(other.status != 0)
        #expect(other.text == "")
        #expect(other.errors.contains("arguments differ from those the manifest fixes: chosen"))
    }

    @Test("Allowed arguments match a pattern each; one that does not is refused") func patterns() throws {
        let enclave = try Enclave(Self.shell + "[host]\nargs = [\"echo\", \"--port=*\"]\n")
        #expect(try enclave.run(["busybox", "echo", "--port=80"]).text == "--port=80\n")
        let other = try enclave.run(["busybox", "echo", "--user=root"])
        #expect(other.status != 0)
        #expect(other.errors.contains("an argument matches no pattern the manifest allows: --user=root"))
    }

    @Test("The environment is the manifest's: fixed values stay, allowed ones may be set, unlisted ones never arrive")
    func environment() throws {
        let manifest = """
            entrypoint = "/usr/bin/busybox"
            args = ["busybox", "env"]
            \(Enclave.small)
            [env]
            FIXED = "1"
            LANG = { allow = ["C.*"], default = "C" }
            """
        let enclave = try Enclave(manifest)
        #expect(try lines(enclave.run()) == ["FIXED=1", "LANG=C"])
        let chosen = try enclave.run(options: ["--env", "FIXED=2", "--env", "LANG=C.UTF-8", "--env", "LD_PRELOAD=/evil.so"])
        #expect(lines(chosen) == ["FIXED=1", "LANG=C.UTF-8"])
        let refused = try enclave.run(options: ["--env", "LANG=de_DE"])
        #expect(refused.status != 0)
        #expect(refused.errors.contains("LANG"))
    }

    @Test("Another environment variable in the manifest is another measurement; the same manifest is the same")
    func measurement() throws {
        let first = try Enclave(Self.shell)
        let again = try Enclave(Self.shell)
        let other = try Enclave(Self.shell + "[env]\nGREETING = \"hello\"\n")
        #expect(first.measurement == again.measurement)
        #expect(first.measurement != other.measurement)
    }

    private func lines(_ run: Command) -> [String] { run.text.split(separator: "\n").map(String.init).sorted() }
}
