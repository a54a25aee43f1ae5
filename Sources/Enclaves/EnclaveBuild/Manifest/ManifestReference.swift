/// The reference of the manifest in Markdown, as `docs/reference/manifest.md` holds it.
public enum ManifestReference {
    public static var markdown: String {
        var text = introduction
        for (title, prefix) in [
            ("Program", program), ("What the host may choose", "host."), ("Mounts", "mounts"), ("Network", "network."),
        ] {
            text += section(title, ManifestSchema.keys.filter { prefix == program ? isTopLevel($0) : $0.path.hasPrefix(prefix) })
        }
        return text
    }

    private static let program = ""

    private static func isTopLevel(_ key: ManifestKey) -> Bool {
        !["host.", "mounts", "network."].contains { key.path.hasPrefix($0) }
    }

    private static func section(_ title: String, _ keys: [ManifestKey]) -> String {
        var text = "\n## \(title)\n\n| key | type | default | what it decides | security |\n|---|---|---|---|---|\n"
        for key in keys {
            let standard = key.standard.isEmpty ? "required" : "`\(key.standard)`"
            let row = ["`\(key.path)`", key.kind.words, standard, key.meaning, key.security]
            text += "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        return text
    }

    private static let introduction = """
        # Manifest reference

        Made from the code by `inclavare manifest-reference`; edit `ManifestSchema.swift`, not this file.

        A manifest is a TOML file, `enclave.toml` by custom. Every key has one meaning and one place: an unknown key, a value of
        another type or out of range is an error with line and column. Everything here ends up in the *measured* configuration, so
        another value is another MRENCLAVE, unless the last column says that it is in the signature only.

        The smallest manifest names the program:

        ```toml
        entrypoint = "/usr/bin/python3"
        args = ["python3", "/app/main.py"]
        ```

        One whose host may choose the script's options, and one variable of three:

        ```toml
        entrypoint = "/usr/bin/python3"
        args = ["python3", "/app/main.py"]
        memory = "1G"

        [env]
        PATH = "/usr/bin:/bin"
        LANG = { allow = ["C.UTF-8", "en_*"], default = "C.UTF-8" }
        TOKEN_FILE = { allow = ["/run/*"] }

        [host]
        args = ["--port=*", "--verbose"]

        [[mounts]]
        path = "/etc/resolv.conf"
        trust = "untrusted"
        ```

        **Arguments at run time.** `args` is complete and fixed unless `host.args` says more. An OCI bundle's `process.args` and the
        words behind `inclavare run DIR --` are such arguments: argv[0] first, compared one by one with the patterns, refused when one
        does not match. The enclave decides this, not the tool that starts it.

        """
}
