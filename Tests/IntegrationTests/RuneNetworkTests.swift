import Foundation
import Testing

@Suite(
    "The network of an enclave container", .serialized,
    .enabled(if: RuneBundle.canRun, "needs root, busybox-static and a built rune"))
struct RuneNetworkTests {
    /// Runs the bundle beside a server in a network namespace, whose name takes the place of `NAMESPACE` in its configuration.
    private func run(_ bundle: RuneBundle, server: String, isNamed: Bool) throws -> Command {
        let name = bundle.folder.appendingPathComponent("namespace").path
        let own: [String: Any] = isNamed ? ["type": "network", "path": name] : ["type": "network"]
        bundle.change("linux", ["namespaces": ["pid", "mount", "uts", "ipc"].map { ["type": $0] } + [own]])
        try bundle.write()
        let script = """
            mount --make-rprivate /; touch '\(name)'
            unshare --net='\(name)' busybox ip link set lo up
            nsenter --net='\(name)' busybox nc -l -p 4711 <'\(server)' & server=$!
            until nsenter --net='\(name)' grep -q ':1267 ' /proc/self/net/tcp /proc/self/net/tcp6; do sleep 0.05; done
            '\(RuneBundle.executable)' --root '\(bundle.stateRoot.path)' run --bundle '\(bundle.folder.path)' '\(bundle.id)' </dev/null
            echo "status $?"
            kill $server 2>/dev/null; umount '\(name)'
            """
        return try Command.run(["unshare", "--mount", "--", "/bin/sh", "-c", script])
    }

    @Test("Sockets are those of the namespace the bundle names, and of no other") func namespace() throws {
        let client = ["busybox", "nc", "127.0.0.1", "4711"]
        guard let bundle = try RuneBundle.withEnclave(client) else { return }
        let greeting = bundle.folder.appendingPathComponent("greeting")
        try "hello\n".write(to: greeting, atomically: true, encoding: .utf8)
        let inside = try run(bundle, server: greeting.path, isNamed: true)
        #expect(inside.text == "hello\nstatus 0\n", "\(inside.errors)")
        let outside = try run(bundle, server: greeting.path, isNamed: false)
        #expect(outside.text == "status 1\n", "\(outside.errors)")
    }

    @Test("Names come from the bundle's files, line by line, and do not change those of the image") func names() throws {
        let reader = ["busybox", "cat", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname"]
        guard let bundle = try RuneBundle.withEnclave(reader) else { return }
        let files = ["resolv.conf": "nameserver 192.0.2.53\nsortlist x\n", "hosts": "192.0.2.9 web\n192.0.2.1 localhost\n"]
        var mounts = bundle.configuration["mounts"] as? [[String: Any]] ?? []
        for (name, text) in files {
            let file = bundle.folder.appendingPathComponent(name)
            try text.write(to: file, atomically: true, encoding: .utf8)
            try "".write(to: bundle.rootfs.appendingPathComponent("etc/\(name)"), atomically: true, encoding: .utf8)
            mounts.append(["destination": "/etc/\(name)", "type": "bind", "source": file.path, "options": ["bind", "ro"]])
        }
        bundle.configuration["mounts"] = mounts
        let result = try bundle.run()
        #expect(
            result.output == """
                nameserver 192.0.2.53
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                192.0.2.9 web
                127.0.1.1\tinside
                inside

                """, "\(result.errors)")
    }

    @Test("Files of the image are the image's, whatever the bundle mounts over them") func covered() throws {
        let names = ["hosts", "resolv.conf", "hostname"]
        let own = [
            "etc/hosts": "192.0.2.7 database\n127.0.0.1 localhost\n", "etc/resolv.conf": "nameserver 192.0.2.1\n",
            "etc/hostname": "of-the-image\n", "etc/app/setting": "of the image\n",
        ]
        let reader = ["busybox", "cat"] + names.map { "/etc/\($0)" } + ["/etc/app/setting"]
        guard let bundle = try RuneBundle.withEnclave(reader, files: own) else { return }
        var mounts = bundle.configuration["mounts"] as? [[String: Any]] ?? []
        let folder = bundle.folder.appendingPathComponent("app")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in names + ["app"] {
            let file = bundle.folder.appendingPathComponent(name)
            if name != "app" { try "192.0.2.9 web\n".write(to: file, atomically: true, encoding: .utf8) }
            mounts.append(["destination": "/etc/\(name)", "type": "bind", "source": file.path, "options": ["bind", "ro"]])
        }
        bundle.configuration["mounts"] = mounts
        let result = try bundle.run()
        // The manifest leaves names to the host, so that its lines stand behind the image's; the folder is not in the manifest at all.
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("192.0.2.7 database\n"), "\(result.output) \(result.errors)")
        #expect(result.output.contains("192.0.2.9 web\n"), "\(result.output)")
        #expect(result.output.hasSuffix("of the image\n"), "\(result.output)")
    }
}
