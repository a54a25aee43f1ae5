import Foundation
import Testing

/// Evidence about a running container that its host asks for.
@Suite(.serialized, .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneAttestTests {
    private static let loop = ["busybox", "sh", "-c", "while true; do x=1; done"]

    private func running(_ arguments: [String] = loop, attests: Bool = true) throws -> RuneBundle? {
        guard let bundle = try RuneBundle.withEnclave(arguments, keys: "attest_from_host = \(attests)") else { return nil }
        let created = try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id)
        #expect(created.status == 0, "\(created.errors)")
        #expect(try bundle.rune("start", bundle.id).status == 0)
        return bundle
    }

    private func evidence(_ result: RuneOutput) throws -> [String: Any] {
        #expect(result.status == 0, "\(result.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    private func reportData(nonce: String) throws -> String {
        let hash =
            "printf 'inclavare host attest v1\\0%b' \"$(printf %s '\(nonce)' | sed 's/../\\\\x&/g')\" | sha512sum | cut -d' ' -f1"
        return try RuneOutput(running: "/bin/bash", ["-c", hash]).output.trimmingCharacters(in: .newlines)
    }

    @Test func aReportIsOverAHashOfTheNonceWhetherTheProgramComputesOrSleeps() throws {
        for program in [Self.loop, ["busybox", "sleep", "100"]] {
            guard let bundle = try running(program) else { return }
            let first = try evidence(bundle.rune("attest", bundle.id, "--report", "--nonce", "00ff"))
            #expect(first["reportData"] as? String == (try reportData(nonce: "00ff")))
            #expect(first["kind"] as? String == "report" && first["simulated"] as? Bool == true)
            let second = try evidence(bundle.rune("attest", "--report", bundle.id))
            #expect(second["nonce"] as? String != first["nonce"] as? String)
            #expect(second["mrenclave"] as? String == first["mrenclave"] as? String)
        }
    }

    /// What an RA-TLS peer looks for is the hash of a public key, and zeros: an asker who gives just those bytes must not get them back.
    @Test func theHostCannotHaveTheEnclaveVouchForAKeyOfTheHost() throws {
        guard let bundle = try running() else { return }
        let key = String(repeating: "ab", count: 32) + String(repeating: "00", count: 32)
        for nonce in [key, String(key.prefix(64))] {
            let data = try #require(
                evidence(bundle.rune("attest", bundle.id, "--report", "--nonce", nonce))["reportData"] as? String)
            #expect(data == (try reportData(nonce: nonce)))
            #expect(!data.hasPrefix(key.prefix(64)) && !data.hasSuffix(String(repeating: "00", count: 32)))
        }
    }

    @Test func whereTheManifestDoesNotLetTheHostAskThereIsNoEvidence() throws {
        guard let bundle = try running(attests: false) else { return }
        let result = try bundle.rune("attest", bundle.id, "--report")
        #expect(
            result.status == 1 && result.errors.contains("the manifest does not let the host ask for evidence"), "\(result.errors)")
        #expect(
            try bundle.rune("exec", bundle.id, "/bin/busybox").errors.contains("its program runs inside an enclave (runtime libos)")
        )
    }

    @Test func whatIsNoRunningEnclaveContainerIsRefusedByWhatItIs() throws {
        let ordinary = try RuneBundle("sleep 100")
        #expect(try ordinary.rune("create", "--bundle", ordinary.folder.path, ordinary.id).status == 0)
        #expect(try ordinary.rune("attest", ordinary.id).errors.contains("is an ordinary one: there is no enclave to attest"))
        #expect(try ordinary.rune("attest", "nobody").errors == "rune: container does not exist\n")
        guard let bundle = try RuneBundle.withEnclave(Self.loop) else { return }
        #expect(try bundle.rune("create", "--bundle", bundle.folder.path, bundle.id).status == 0)
        #expect(try bundle.rune("attest", bundle.id, "--report").errors.contains("cannot attest a container that is created"))
    }

    /// A quote of this machine's quoting service, judged by a policy that names the enclave and the simulation's root.
    @Test func aQuoteIsJudgedWithItsNonceByTheVerifierBesideRune() throws {
        guard let bundle = try RuneBundle.withEnclave(Self.loop, keys: "attest_from_host = true") else { return }
        try bundle.write()
        let steps = """
            set -e; rune=$1; state=$2; bundle=$3; id=$4; tool=$(dirname "$rune")/inclavare
            mount -t tmpfs tmpfs /run
            "$tool" quoted >"$state.quoted" 2>&1 & service=$!
            trap 'kill $service; "$rune" --root "$state" delete --force "$id" >/dev/null 2>&1' EXIT
            until grep -q ^listening "$state.quoted"; do sleep 0.05; done
            "$tool" collateral export "$state.collateral" >/dev/null
            "$rune" --root "$state" create --bundle "$bundle" "$id"; "$rune" --root "$state" start "$id"
            enclave=$("$rune" --root "$state" attest "$id" --report 2>/dev/null | sed -n 's/.*"mrenclave": "\\(.*\\)".*/\\1/p')
            root=$(cat "$state.collateral/root-ca.sha256")
            printf 'version = 1\\n[enclave]\\nmrenclave = "%s"\\n[simulation]\\nroot_fingerprint = "%s"\\n' \\
                "$enclave" "$root" >"$state.policy"
            "$rune" --root "$state" attest "$id" --nonce 1234 --verify "$state.policy" --collateral "$state.collateral/collateral.json"
            "$rune" --root "$state" attest "$id" --nonce 1234 --format binary >"$state.quote" 2>/dev/null
            ! "$tool" verify --quote "$state.quote" --policy "$state.policy" --nonce 1235 \\
                --collateral "$state.collateral/collateral.json" >/dev/null
            """
        let judged = try RuneOutput(
            running: "/usr/bin/unshare",
            [
                "--mount", "bash", "-c", steps, "bash", RuneBundle.executable, bundle.stateRoot.path, bundle.folder.path, bundle.id,
            ])
        #expect(judged.status == 0, "\(judged.output)\(judged.errors)")
    }
}
