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
        #expect(file.runtimes["from-image"] == EnclaveConfigurationFile.Runtime())
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
    ])
    func refusesWhatIsNotKnownWithItsLine(text: String, message: String) {
        let error = #expect(throws: RuntimeError.self) { try EnclaveConfigurationFile(parsing: text) }
        #expect(error?.description == "/etc/inclavare/config.toml: \(message)")
    }

    @Test func annotationsChooseTheEnclaveButNeverHostCode() throws {
        #expect(try EnclaveSelection(["other": "x"]) == nil)
        #expect(throws: RuntimeError.self) { try EnclaveSelection(["enclave.type": "amdSev"]) }
        #expect(throws: RuntimeError.self) {
            try EnclaveSelection(["enclave.type": "intelSgx", "enclave.runtime.path": "/image/lib.so"])
        }
        #expect(throws: RuntimeError.self) {
            try EnclaveSelection(["enclave.type": "intelSgx", "enclave.runtime.name": "nobody-named-this"])
        }
    }
}
