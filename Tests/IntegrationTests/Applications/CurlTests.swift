import Foundation
import Testing

/// Debian's curl, fetching from `openssl s_server` in a network namespace of their own.
@Suite("curl in an enclave", .enabled(if: Release.isUsable, Release.need)) struct CurlTests {
    private static let script = """
        busybox ip link set lo up
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost \
            -addext subjectAltName=DNS:localhost -keyout key.pem -out certificate.pem 2>/dev/null
        seq 50000 >numbers
        openssl s_server -accept 127.0.0.1:4433 -cert certificate.pem -key key.pem -WWW >/dev/null 2>&1 &
        server=$!
        until grep -q ':1151 .* 0A ' /proc/self/net/tcp; do sleep 0.05; done
        cp certificate.pem "$1/authority.pem"
        shift
        "$@" --cacert /authority.pem https://localhost:4433/numbers >fetched
        echo "trusted: $?, $(cmp numbers fetched && echo the same)"
        "$@" https://localhost:4433/numbers
        echo "not trusted: $?"
        "$@" --cacert /authority.pem https://127.0.0.1:4433/numbers
        echo "another name: $?"
        "$@" --insecure https://localhost:4433/numbers
        echo "--insecure: $?"
        kill $server
        """

    @Test("A file comes over TLS from a server whose certificate an authority proves, and from no other") func fetch() throws {
        let enclave = try Enclave(example: "curl")
        let folder = try TemporaryFolder()
        let authority = "\(enclave.rootfs)/authority.pem"
        defer { try? Data().write(to: URL(filePath: authority)) }
        let client = [
            Release.inclavare, "run", "--rootfs", enclave.rootfs, "\(enclave.folder.path)/enclave", "--", "curl", "--silent",
        ]
        let ran = try Command.run(
            ["unshare", "--net", "--", "/bin/sh", "-c", "cd '\(folder.path)'\n\(Self.script)", "sh", enclave.rootfs] + client)
        // 60: the certificate proves nothing. Words the manifest does not have end the enclave before it starts.
        #expect(
            ran.text == """
                trusted: 0, the same
                not trusted: 60
                another name: 60
                --insecure: 1

                """, "\(ran.errors)")
    }
}
