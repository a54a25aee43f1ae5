import OCI
import Testing

@testable import ContainerRuntime

@Suite struct EnclaveSelectionTests {
    private static let machine = """
        [runtimes.other]
        library = "/opt/lib/pal.so"
        devices = []
        """

    private func select(
        _ annotations: [String: String], environment: [String] = [], file: String = machine
    ) throws -> (selection: EnclaveSelection?, environment: [String], warnings: [String]) {
        var spec = try Spec(parsing: Array(#"{"process":{"args":["x"]}}"#.utf8))
        spec.annotations = annotations
        spec.process?.env = environment
        var warnings: [String] = []
        let selection = try EnclaveSelection(&spec, EnclaveConfigurationFile(parsing: file)) { warnings.append($0) }
        return (selection, spec.process?.env ?? [], warnings)
    }

    @Test func withoutAnAnnotationAContainerIsAnOrdinaryOne() throws {
        let chosen = try select(["other": "x"], environment: ["ENCLAVE_TYPE=intelSgx", "A=b"])
        #expect(chosen.selection == nil)
        #expect(chosen.environment == ["ENCLAVE_TYPE=intelSgx", "A=b"])
        #expect(chosen.warnings.first?.hasPrefix("ENCLAVE_TYPE in the environment counts for nothing") == true)
    }

    @Test func theEnvironmentCountsWhereTheAdministratorAllowsItAndAnnotationsGoFirst() throws {
        let file = "allow_environment = true\n" + Self.machine
        let byImage = ["ENCLAVE_TYPE=intelSgx", "A=b", "ENCLAVE_RUNTIME_NAME=other", "ENCLAVE_RUNTIME_LOGLEVEL", "ENCLAVE_TYPE_=x"]
        var chosen = try select([:], environment: byImage, file: file)
        #expect(chosen.selection?.name == "other")
        #expect(chosen.environment == ["A=b", "ENCLAVE_RUNTIME_LOGLEVEL", "ENCLAVE_TYPE_=x"])
        chosen = try select(["enclave.runtime.name": "libos"], environment: byImage, file: file)
        #expect(chosen.selection?.isLibOS == true)
        chosen = try select(["enclave.type": "none"], environment: ["ENCLAVE_TYPE=intelSgx"], file: file)
        #expect(chosen.selection == nil)
    }

    @Test func theAdministratorsDefaultIsForAllButSandboxesAndThoseThatSayNone() throws {
        let file = "default_type = \"intelSgx\"\n" + Self.machine
        #expect(try select([:], file: file).selection?.isLibOS == true)
        #expect(try select(["io.kubernetes.cri.container-type": "sandbox"], file: file).selection == nil)
        #expect(try select(["enclave.type": "none"], file: file).selection == nil)
    }

    @Test func aPathPicksTheLibraryTheAdministratorNamedByIt() throws {
        let chosen = try select([
            "enclave.type": "intelSgx", "enclave.runtime.path": "/opt/lib/pal.so", "enclave.runtime.args": "a,b=c d",
            "enclave.runtime.loglevel": "off", "enclave.attestation.ra_type": "ECDSA",
        ]).selection
        #expect(chosen?.name == "other" && chosen?.arguments == "a b=c d")
        #expect(chosen?.logLevel == .off && chosen?.needsQuotes == true)
    }

    @Test(arguments: [
        (["enclave.type": "amdSev"], "the annotation enclave.type: \"amdSev\" is not supported, only intelSgx is"),
        (["enclave.type": "intelsgx"], "the annotation enclave.type: \"intelsgx\" is not supported"),
        (["enclave.runtime.name": "other"], "the annotation enclave.runtime.name is given without enclave.type"),
        (
            ["enclave.type": "intelSgx", "enclave.runtime.nam": "x"],
            "the annotation enclave.runtime.nam is not one of: enclave.type"
        ),
        (
            ["enclave.type": "intelSgx", "enclave.runtime.name": "none"],
            "the annotation enclave.runtime.name: /etc/inclavare/config.toml"
        ),
        (["enclave.type": "intelSgx", "enclave.runtime.path": "/image/x.so"], "the annotation enclave.runtime.path is refused"),
        (
            ["enclave.type": "intelSgx", "enclave.runtime.path": "/opt/lib/pal.so", "enclave.runtime.name": "libos"],
            "the annotation enclave.runtime.path is the library of [runtimes.other], but another runtime is named"
        ),
        (
            ["enclave.type": "intelSgx", "enclave.runtime.args": "debug"],
            "the annotation enclave.runtime.args: the runtime libos is the LibOS"
        ),
        (
            ["enclave.type": "intelSgx", "enclave.runtime.loglevel": "loud"],
            "the annotation enclave.runtime.loglevel: \"loud\" is not one of"
        ),
        (["enclave.type": "intelSgx", "enclave.attestation.ra_type": "epidLinkable"], "Intel's EPID service has ended; use ecdsa"),
        (["enclave.type": "intelSgx", "enclave.attestation.ra_type": "tdx"], "\"tdx\" is not supported, only ecdsa is"),
        (
            ["enclave.type": "intelSgx", "enclave.attestation.ra_epid_spid": "00"],
            "the annotation enclave.attestation.ra_epid_spid is refused"
        ),
    ])
    func whatIsNotKnownIsRefusedByItsName(annotations: [String: String], message: String) {
        let error = #expect(throws: RuntimeError.self) { try select(annotations) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func onlyTheDevicesALibraryNeedsAreLetThrough() throws {
        var spec = try Spec(parsing: Array(#"{"linux":{"resources":{"devices":[{"allow":false,"access":"rwm"}]}}}"#.utf8))
        spec.annotations = ["enclave.type": "intelSgx", "enclave.runtime.name": "x"]
        let file = try EnclaveConfigurationFile(parsing: "[runtimes.x]\nlibrary = \"/x.so\"\ndevices = [\"/dev/full\"]")
        try EnclaveSelection(&spec, file)?.adapt(&spec)
        let rules = spec.linux.resources?.devices ?? []
        #expect(rules.count == 2 && rules[1].allow && rules[1].major == 1 && rules[1].minor == 7 && rules[1].access == "rw")
        #expect(spec.linux.devices.map(\.path) == ["/dev/full"])
        #expect(spec.mounts.isEmpty)
        let missing = try EnclaveConfigurationFile(parsing: "[runtimes.x]\nlibrary = \"/x.so\"\ndevices = [\"/dev/not-there\"]")
        let selection = try EnclaveSelection(&spec, missing)
        let error = #expect(throws: RuntimeError.self) { try selection?.adapt(&spec) }
        #expect(error?.description == "the enclave runtime x (/x.so) needs the device /dev/not-there, which is not there")
    }

    @Test func aContainerWithoutRulesForDevicesGetsNone() throws {
        var spec = try Spec.empty
        spec.annotations = ["enclave.type": "intelSgx", "enclave.runtime.name": "x"]
        let file = try EnclaveConfigurationFile(parsing: "[runtimes.x]\nlibrary = \"/x.so\"\ndevices = [\"/dev/full\"]")
        try EnclaveSelection(&spec, file)?.adapt(&spec)
        #expect(spec.linux.resources?.devices.isEmpty ?? true)
    }
}

extension Spec {
    fileprivate static var empty: Spec {
        get throws { try Spec(parsing: Array("{}".utf8)) }
    }
}
