import Testing

@testable import ContainerRuntime

@Suite struct EnclaveConfigurationFileTests {
    @Test func readsRuntimesAndTheSocket() throws {
        let file = try EnclaveConfigurationFile(
            parsing: """
                # what this machine has
                quoting_socket = "/run/q.sock"  # elsewhere
                default_runtime = "audited"

                [runtimes.audited]
                folder = "/srv/enclaves/audited"
                [runtimes.from-image]
                """)
        #expect(file.quotingSocket == "/run/q.sock")
        #expect(file.runtimes["audited"]?.folder == "/srv/enclaves/audited")
        #expect(file.runtimes["from-image"] == EnclaveRuntime())
        #expect(file.runtimes["libos"] != nil)
    }

    @Test func withoutContentTheBuiltInLibOSOfTheImageIsTheRuntime() throws {
        #expect(try EnclaveConfigurationFile(parsing: "") == EnclaveConfigurationFile())
        #expect(EnclaveConfigurationFile().runtimes["libos"]?.folder == nil)
    }

    @Test(arguments: [
        ("quoting_sock = \"/x\"", "line 1: unknown key \"quoting_sock\""),
        ("\n[runtime.x]", "line 2: only [runtimes.NAME] is known"),
        ("[runtimes.a b]", "line 1: \"a b\" is not a name"),
        ("[runtimes.a]\nfolder = \"rel\"", "line 2: folder must be absolute, not \"rel\""),
        ("[runtimes.a]\nfolder = /x", "line 2: folder: a string in quotes is expected"),
        ("[runtimes.a]\nfolder = \"/x\" y", "line 2: folder: \"y\" after the value"),
        ("[runtimes.a]\n[runtimes.a]", "line 2: [runtimes.a] appears twice"),
        ("default_runtime = \"none\"", "default_runtime: there is no [runtimes.none]"),
        ("nonsense", "line 1: \"key = value\" is expected"),
        ("allow_environment = \"yes\"", "line 1: allow_environment: true or false is expected"),
        ("allow_environment = truest", "line 1: allow_environment: \"st\" after the value"),
        ("default_type = \"amdSev\"", "line 1: default_type: \"amdSev\" is not supported, only intelSgx is"),
        ("[runtimes.a]\nlibrary = \"lib.so\"", "line 2: library must be absolute, not \"lib.so\""),
        ("[runtimes.a]\npreload = [\"x\" \"y\"]", "line 2: preload: \",\" or \"]\" is expected, on the same line"),
        ("[runtimes.a]\npreload = [\"sub/x.so\"]", "line 2: preload: \"sub/x.so\" is neither a name nor an absolute path"),
        ("[runtimes.a]\ndevices = [\"/etc/passwd\"]", "line 2: devices: \"/etc/passwd\" is not below /dev"),
        ("[runtimes.a]\nfolder = \"/x\"\nlibrary = \"/y\"", "[runtimes.a]: folder and library exclude each other"),
        (
            "[runtimes.a]\nprovision = true",
            "[runtimes.a]: preload, devices, provision, aesm and attest_from_host go with a library only"
        ),
    ])
    func refusesWhatIsNotKnownWithItsLine(text: String, message: String) {
        let error = #expect(throws: RuntimeError.self) { try EnclaveConfigurationFile(parsing: text) }
        #expect(error?.description == "/etc/inclavare/config.toml: \(message)")
    }

    @Test func readsWhatALibraryOfOthersNeeds() throws {
        let file = try EnclaveConfigurationFile(
            parsing: """
                default_type = "intelSgx"
                allow_environment = true
                pal_host = "/usr/libexec/rune-pal"
                [runtimes.other]
                library = "/opt/lib/pal.so"
                preload = ["libsgx_urts.so.1", "/opt/x.so", ]  # before it
                devices = []
                provision = true
                aesm = true
                attest_from_host = true
                """)
        #expect(file.defaultType == "intelSgx" && file.allowsEnvironment && file.palHost == "/usr/libexec/rune-pal")
        let expected = EnclaveRuntime(
            library: "/opt/lib/pal.so", preload: ["libsgx_urts.so.1", "/opt/x.so"], devices: [], provisions: true, usesAESM: true,
            attestsFromHost: true)
        #expect(file.runtimes["other"] == expected)
    }
}
