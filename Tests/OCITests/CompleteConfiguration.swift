import OCI

/// A configuration in which every field of the specification that concerns Linux is given.
enum CompleteConfiguration {
    static let value: JSON = [
        "ociVersion": "1.0.2", "hostname": "name", "domainname": "domain", "annotations": ["key": "value"],
        "root": ["path": "rootfs", "readonly": true],
        "process": process, "hooks": hooks, "mounts": mounts, "linux": linux,
    ]

    private static let process: JSON = [
        "terminal": true, "consoleSize": ["height": 25, "width": 80], "cwd": "/", "env": ["A=b"], "args": ["program", "word"],
        "rlimits": [["type": "RLIMIT_CORE", "soft": 1, "hard": 2]], "noNewPrivileges": true, "oomScoreAdj": 100,
        "apparmorProfile": "profile", "selinuxLabel": "label",
        "capabilities": [
            "bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "inheritable": ["CAP_KILL"], "permitted": ["CAP_KILL"],
            "ambient": ["CAP_KILL"],
        ],
        "user": ["uid": 1, "gid": 2, "umask": 18, "additionalGids": [3, 4]],
        "scheduler": [
            "policy": "SCHED_OTHER", "nice": 1, "priority": 0, "flags": ["SCHED_FLAG_RESET_ON_FORK"], "runtime": 0, "deadline": 0,
            "period": 0,
        ],
        "ioPriority": ["class": "IOPRIO_CLASS_BE", "priority": 4],
        "execCPUAffinity": ["initial": "0", "final": "0-1"],
    ]

    private static let hooks: JSON = {
        let hook: JSON = [["path": "/bin/true", "args": ["true", "x"], "env": ["A=b"], "timeout": 5]]
        return [
            "prestart": hook, "createRuntime": hook, "createContainer": hook, "startContainer": hook, "poststart": hook,
            "poststop": hook,
        ]
    }()

    private static let mapping: JSON = [["containerID": 0, "hostID": 1000, "size": 10]]

    private static let mounts: JSON = [
        ["destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "ro"]],
        [
            "destination": "/data", "type": "bind", "source": "/srv", "options": ["rbind"], "uidMappings": mapping,
            "gidMappings": mapping,
        ],
    ]

    private static let linux: JSON = [
        "namespaces": [["type": "pid"], ["type": "network", "path": "/proc/1/ns/net"], ["type": "user"], ["type": "time"]],
        "uidMappings": mapping, "gidMappings": mapping,
        "timeOffsets": ["monotonic": ["secs": 5, "nanosecs": 6], "boottime": ["secs": 7, "nanosecs": 8]],
        "devices": [["path": "/dev/x", "type": "c", "major": 1, "minor": 3, "fileMode": 438, "uid": 0, "gid": 0]],
        "cgroupsPath": "/group", "resources": resources, "sysctl": ["net.ipv4.ip_forward": "1"], "maskedPaths": ["/proc/kcore"],
        "readonlyPaths": ["/proc/sys"], "rootfsPropagation": "private", "mountLabel": "label", "seccomp": seccomp,
        "personality": ["domain": "LINUX", "flags": []],
    ]

    private static let resources: JSON = [
        "devices": [["allow": true, "type": "c", "major": 1, "minor": 3, "access": "rw"]],
        "memory": [
            "limit": 1, "reservation": 2, "swap": 3, "kernel": 4, "kernelTCP": 5, "swappiness": 6, "disableOOMKiller": true,
            "useHierarchy": true, "checkBeforeUpdate": true,
        ],
        "cpu": [
            "shares": 1, "quota": 2, "period": 3, "burst": 4, "realtimeRuntime": 5, "realtimePeriod": 6, "cpus": "0", "mems": "0",
            "idle": 0,
        ],
        "pids": ["limit": 10],
        "blockIO": [
            "weight": 100, "leafWeight": 10, "weightDevice": [["major": 8, "minor": 0, "weight": 500, "leafWeight": 300]],
            "throttleReadBpsDevice": [["major": 8, "minor": 0, "rate": 1]],
            "throttleWriteBpsDevice": [["major": 8, "minor": 0, "rate": 1]],
            "throttleReadIOPSDevice": [["major": 8, "minor": 0, "rate": 1]],
            "throttleWriteIOPSDevice": [["major": 8, "minor": 0, "rate": 1]],
        ],
        "hugepageLimits": [["pageSize": "2MB", "limit": 1]],
        "network": ["classID": 1, "priorities": [["name": "eth0", "priority": 1]]],
        "rdma": ["mlx5_1": ["hcaHandles": 3, "hcaObjects": 10]],
        "unified": ["pids.max": "10"],
    ]

    private static let seccomp: JSON = [
        "defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1, "architectures": ["SCMP_ARCH_X86_64"],
        "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "", "listenerMetadata": "text",
        "syscalls": [
            [
                "names": ["getcwd"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                "args": [["index": 0, "value": 1, "valueTwo": 2, "op": "SCMP_CMP_EQ"]],
            ]
        ],
    ]
}
