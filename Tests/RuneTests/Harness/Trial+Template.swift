extension Trial {
    /// What `runc spec` writes in short, with a program that does nothing.
    static var template: [String: Any] {
        [
            "ociVersion": "1.0.2", "root": ["path": "rootfs", "readonly": true], "hostname": "inside",
            "process": [
                "args": ["/inside"], "cwd": "/", "env": ["PATH=/bin:/usr/bin", "A=b c"], "user": ["uid": 0, "gid": 0],
                "capabilities": ["bounding": capabilities, "effective": capabilities, "permitted": capabilities],
                "noNewPrivileges": true,
            ] as [String: Any],
            "mounts": [
                ["destination": "/proc", "type": "proc", "source": "proc"],
                ["destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=65536k"]],
                [
                    "destination": "/dev/pts", "type": "devpts", "source": "devpts",
                    "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
                ],
                ["destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "nodev", "mode=1777"]],
                ["destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro", "nosuid"]],
                ["destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["size=1m"]],
            ] as [[String: Any]],
            "linux": [
                "namespaces": ["pid", "mount", "uts", "ipc", "network"].map { ["type": $0] },
                "maskedPaths": ["/proc/keys", "/sys/firmware", "/proc/not-there"], "readonlyPaths": ["/proc/sys"],
            ] as [String: Any],
        ]
    }

    static let capabilities = ["CAP_KILL", "CAP_AUDIT_WRITE", "CAP_NET_BIND_SERVICE"]
}
