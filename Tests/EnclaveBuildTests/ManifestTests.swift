import EnclaveBuild
import Foundation
import Testing
import Wire

@Suite("A manifest")
struct ManifestTests {
    @Test("of one line has the defaults of the reference")
    func smallest() throws {
        let manifest = try Manifest("entrypoint = \"/bin/true\"\n", file: "enclave.toml")
        let configuration = manifest.configuration
        #expect(configuration.entrypoint == Array("/bin/true".utf8))
        #expect(configuration.arguments.values == [Array("/bin/true".utf8)])
        #expect(configuration.arguments.mode == .fixed)
        #expect(configuration.addressSpace == 64 << 30)
        #expect(configuration.userMemory == 512 << 20)
        #expect(!configuration.memoryIsFixed)
        #expect(configuration.kernelMemory == 64 << 20)
        #expect(configuration.vcpus == 8)
        #expect(configuration.attributes == 4)
        #expect(configuration.sealing == .mrenclave)
        #expect(configuration.mounts.map(\.path) == [Array("/tmp".utf8)])
        #expect(!configuration.attestFromHost)
        #expect(configuration.network == NetworkRule())
        // TERM, INT, HUP, WINCH and CONT.
        #expect(configuration.hostSignals == 0x802_4003)
    }

    @Test("says where changes of the root go, how much there may be, and then has /tmp among them")
    func root() throws {
        func configuration(_ lines: String) throws -> EnclaveConfiguration {
            try Manifest("entrypoint = \"/bin/true\"\n[root]\n\(lines)\n", file: "enclave.toml").configuration
        }
        #expect(try configuration("").rootWriting == .memory)
        #expect(try configuration("writable = \"none\"").rootWriting == .none)
        let encrypted = try configuration("writable = \"encrypted\"\nsize = \"20G\"")
        #expect(encrypted.rootWriting == .encrypted && encrypted.rootSize == 20 << 30 && encrypted.mounts.isEmpty)
        #expect(try EnclaveConfiguration(decoding: encrypted.encoded()) == encrypted)
        #expect(try configuration("writable = \"encrypted\"").rootSize == 0)
        #expect(throws: BuildError.self) { try configuration("size = \"20G\"") }
        #expect(throws: BuildError.self) { try configuration("writable = \"encrypted\"\nsize = \"4K\"") }
    }

    @Test("names signals as kill does, and only those that may come from outside")
    func signals() throws {
        func bits(_ list: String) throws -> UInt64 {
            try Manifest("entrypoint = \"/bin/true\"\n[host]\nsignals = [\(list)]\n", file: "enclave.toml").configuration
                .hostSignals
        }
        #expect(try bits("") == 0)
        #expect(try bits("\"SIGUSR1\", \"10\", \"usr2\"") == 0xa00)
        #expect(try bits("\"RTMIN+0\", \"RTMAX-0\"") == 1 << 33 | 1 << 63)
        for name in ["KILL", "STOP", "SEGV", "CHLD", "URG", "0", "32", "65", "FOO", ""] {
            #expect(throws: BuildError.self, "\(name)") { try bits("\"\(name)\"") }
        }
    }

    @Test("fills every rule of the configuration")
    func complete() throws {
        let manifest = try Manifest(
            """
            entrypoint = "/usr/bin/python3"
            args = ["python3", "-B"]
            working_dir = "/app"
            user = "1000:100"
            memory = "1G"
            memory_mode = "fixed"
            kernel_memory = 67108864
            threads = 3
            avx512 = true
            product_id = 7
            security_version = 9
            sealing = "mrsigner"
            attest_from_host = true
            trace = "off"
            build_date = "2024-02-29"

            [env]
            PATH = "/bin"
            "A.B" = { allow = ["x*"], default = "xy" }
            Z = { allow = ["*"] }

            [limits]
            nofile = { soft = 10, hard = 20 }
            core = 0

            [host]
            args = ["--port=*"]
            user = ["0:0", "33"]
            working_dir = ["/srv/*"]

            [[mounts]]
            path = "/etc/hosts"
            trust = "untrusted"

            [[mounts]]
            path = "/tmp"
            trust = "temporary"
            size = "24M"
            """, file: "enclave.toml")
        let configuration = manifest.configuration
        #expect(configuration.arguments.mode == .allow)
        #expect(configuration.arguments.patterns == [Array("--port=*".utf8)])
        #expect(configuration.user.value == UserIdentity(uid: 1000, gid: 100))
        #expect(configuration.user.allowed == [UserIdentity(uid: 0, gid: 0), UserIdentity(uid: 33, gid: 33)])
        #expect(configuration.environment.map(\.name) == ["A.B", "MALLOC_ARENA_MAX", "PATH", "Z"].map { Array($0.utf8) })
        #expect(configuration.environment.map(\.mode) == [.allow, .fixed, .fixed, .allow])
        #expect(configuration.environment.map(\.hasValue) == [true, true, true, false])
        #expect(configuration.limits.contains(ResourceLimit(resource: 7, soft: 10, hard: 20)))
        #expect(configuration.limits.contains(ResourceLimit(resource: 4, soft: 0, hard: 0)))
        #expect(configuration.memoryIsFixed)
        #expect(configuration.xfrm == 0xe7)
        #expect(configuration.buildDate == 1_709_164_800)
        #expect(configuration.mounts.count == 2)
        #expect(configuration.mounts[1].size == 24 << 20)
        #expect(try EnclaveConfiguration(decoding: configuration.encoded()) == configuration)
    }

    @Test(
        "gives threads one heap of glibc where memory is fixed, unless it sets that itself",
        arguments: [
            ("memory_mode = \"fixed\"", ["MALLOC_ARENA_MAX=1"]), ("", []),
            ("memory_mode = \"fixed\"\nenv.MALLOC_ARENA_MAX = \"2\"", ["MALLOC_ARENA_MAX=2"]),
            ("memory_mode = \"fixed\"\nenv.GLIBC_TUNABLES = \"a\"\nenv.Z = \"z\"", ["GLIBC_TUNABLES=a", "Z=z"]),
            ("memory_mode = \"fixed\"\nenv.Z = \"z\"\nenv.A = \"a\"", ["A=a", "MALLOC_ARENA_MAX=1", "Z=z"]),
        ])
    func heaps(lines: String, environment: [String]) throws {
        let configuration = try Manifest("entrypoint = \"/a\"\n\(lines)", file: "enclave.toml").configuration
        #expect(
            configuration.environment.map { String(decoding: $0.name + [0x3d] + $0.value, as: UTF8.self) } == environment)
    }

    @Test(
        "is refused with line and column",
        arguments: [
            ("entrypoint = \"/a\"\nmemroy = \"1G\"", "2:1: memroy: unknown key: did you mean \"memory\"?"),
            ("entrypoint = \"/a\"\n  threads = \"8\"", "2:3: threads: not a value it can have: give an integer from 1 to 256"),
            ("entrypoint = \"/a\"\nthreads = 0", "2:1: threads: not a value it can have"),
            ("entrypoint = \"/a\"\n[host]\n\nargs = true", "4:1: host.args: not a value it can have"),
            ("entrypoint = \"/a\"\n[env]\nA = { allow = [] }", "3:1: env.A: not a value it can have"),
            (
                "entrypoint = \"/a\"\n[[mounts]]\npath=\"/x\"\ntrust=\"temporary\"\n[[mounts]]\npath=\"/y\"\nsizes=1",
                "7:1: mounts.1.sizes"
            ),
            ("entrypoint = \"/a\"\nlimits = { nofiles = 3 }", "2:12: limits.nofiles: unknown limit"),
            ("entrypoint = \"/a\"\nargs = [\n\n", "is TOML"),
            ("entrypoint = \"a\"", "1:1: entrypoint: \"a\" is not a path from the root"),
            ("entrypoint = \"/../a\"", "1:1: entrypoint: \"/../a\" is not a path from the root"),
            ("threads = 1", "entrypoint: missing"),
            ("entrypoint = \"/a\"\nmemory = \"1M\"", "2:1: memory: too small an enclave"),
            ("entrypoint = \"/a\"\nmemory = \"64G\"", "2:1: memory: does not fit the address space"),
            ("entrypoint = \"/a\"\nmemory_mode = \"lazy\"", "2:1: memory_mode:"),
            ("entrypoint = \"/a\"\n[host]\nuser = \"any\"", "3:1: host.user: \"any\" needs a debug enclave"),
            ("entrypoint = \"/a\"\n[env]\nX = { any = true }", "3:1: env.X: \"any\" needs a debug enclave"),
            (
                "entrypoint = \"/a\"\n[[mounts]]\npath=\"/x\"\ntrust=\"temporary\"\nsize=\"200M\"",
                "mounts: temporary mounts are to hold 200 MiB, and files in memory get three eighths of kernel_memory, which is 24 MiB: "
                    + "set kernel_memory = \"534M\", or give smaller sizes"
            ),
            (
                "entrypoint = \"/a\"\n[[mounts]]\npath=\"/x\"\ntrust=\"verified\"\nread_only=false",
                "5:1: mounts.0.read_only: a verified mount is never written"
            ),
            (
                "entrypoint = \"/a\"\n[[mounts]]\npath=\"/x\"\ntrust=\"verified\"\nsize=\"1M\"",
                "5:1: mounts.0.size: a verified mount has the size of its folder"
            ),
            (
                "entrypoint = \"/a\"\n[[mounts]]\npath=\"/\"\ntrust=\"verified\"",
                "3:1: mounts.0.path: the root filesystem is verified already"
            ),
            ("# é\nentrypoint = \"/a\"\nentrypoint = \"/b\"", "3:"),
        ])
    func refused(text: String, expected: String) {
        do throws(BuildError) {
            _ = try Manifest(text, file: "enclave.toml")
            Issue.record("accepted: \(text)")
        } catch {
            let description = error.description
            #expect(description.hasPrefix("enclave.toml"))
            #expect(expected == "is TOML" ? description.contains(":") : description.contains(expected), "\(description)")
        }
    }

    @Test("has its reference in docs/reference/manifest.md as the code prints it")
    func reference() throws {
        let path = SourceTree.path("docs/reference/manifest.md")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text == ManifestReference.markdown, "run: inclavare manifest-reference > docs/reference/manifest.md")
    }
}
