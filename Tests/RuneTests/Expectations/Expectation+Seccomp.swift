import Foundation

extension Trial {
    /// `linux.seccomp` that lets everything through but `names`.
    static func filter(refusing names: [String], action: String, errno: Int? = nil) -> [String: Any] {
        var rule: [String: Any] = ["names": names, "action": action]
        if let errno { rule["errnoRet"] = errno }
        return [
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            "syscalls": [rule],
        ]
    }
}

extension Expectation {
    /// `linux.seccomp`; 39 is getpid, 110 getppid, 62 kill, 9999 nothing.
    static let seccomp: [Expectation] = [
        Expectation("a refused call gives the profile's error, or EPERM") { trial in
            trial.program("call 39 , call 110 , capabilities")
            trial.change("linux", ["seccomp": Trial.filter(refusing: ["getpid"], action: "SCMP_ACT_ERRNO", errno: 28)])
            let seen = try trial.run()
            try seen.expect("call 39", "!ENOSPC")
            try expect(seen["call 110"]?.hasPrefix("ok") == true, "getppid: \(seen["call 110"] ?? "")")
            try seen.expect("seccomp", "2")
            trial.change("linux", ["seccomp": Trial.filter(refusing: ["getpid"], action: "SCMP_ACT_ERRNO")])
            try trial.run().expect("call 39", "!EPERM")
        },
        Expectation("a filter is loaded without no-new-privileges, too") { trial in
            trial.program("call 39 , capabilities")
            trial.change("process", ["noNewPrivileges": false])
            trial.change("linux", ["seccomp": Trial.filter(refusing: ["getpid"], action: "SCMP_ACT_ERRNO")])
            let seen = try trial.run()
            try seen.expect("call 39", "!EPERM")
            try seen.expect("nonewprivileges", "0")
        },
        Expectation("a call can end the process") { trial in
            trial.program("call 39")
            trial.namespaces("mount", "uts", "ipc", "network")
            trial.change("linux", ["seccomp": Trial.filter(refusing: ["getpid"], action: "SCMP_ACT_KILL_PROCESS")])
            try expect(trial.run().status, 128 + SIGSYS, "status")
        },
        Expectation("rules look at arguments") { trial in
            trial.program("call 62 1 0 , call 62 1 28")
            var filter = Trial.filter(refusing: ["kill"], action: "SCMP_ACT_ERRNO", errno: 28)
            filter["syscalls"] = [
                [
                    "names": ["kill"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28,
                    "args": [["index": 1, "value": 28, "op": "SCMP_CMP_EQ"]],
                ]
            ]
            trial.change("linux", ["seccomp": filter])
            let seen = try trial.run()
            try expect(seen.all("call 62"), ["ok 0", "!ENOSPC"], "kill with signal 0 and 28")
        },
        Expectation("a call that the profile's writer could not know is not forbidden but absent", differs: [.crun: "EPERM"]) {
            trial in
            trial.program("call 9999 , call 39")
            trial.change("linux", ["seccomp": Trial.allowList(["getpid"])])
            let seen = try trial.run()
            try seen.expect("call 9999", "!ENOSYS")
            try expect(seen["call 39"]?.hasPrefix("ok") == true, "getpid")
        },
        Expectation("names that are no calls are left out") { trial in
            trial.program("call 39")
            let filter = Trial.filter(refusing: ["getpid", "no_such_call"], action: "SCMP_ACT_ERRNO", errno: 28)
            trial.change("linux", ["seccomp": filter])
            try trial.run().expect("call 39", "!ENOSPC")
        },
        Expectation("an unknown action, flag or architecture is refused") { trial in
            for change: [String: Any] in [
                ["defaultAction": "SCMP_ACT_PERHAPS"], ["flags": ["SECCOMP_FILTER_FLAG_NONSENSE"]],
                ["architectures": ["SCMP_ARCH_Z80"]],
            ] {
                let filter = Trial.filter(refusing: ["getpid"], action: "SCMP_ACT_ERRNO").merging(change) { $1 }
                trial.change("linux", ["seccomp": filter])
                try expect(trial.run().status != 0, "it ran with \(change)")
            }
        },
    ]
}

extension Trial {
    /// A profile as Docker's: what is not listed is refused; enough for the runtimes and the program inside.
    static func allowList(_ names: [String]) -> [String: Any] {
        let needed = [
            "read", "write", "writev", "openat", "open", "close", "close_range", "execve", "execveat", "exit", "exit_group", "brk",
            "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlink", "readlinkat", "getrandom",
            "mprotect",
            "mmap", "munmap", "fstat", "newfstatat", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "fcntl",
            "futex",
            "getcwd", "chdir", "fchdir", "prctl", "capget", "capset", "setgid", "setuid", "setgroups", "setresgid", "setresuid",
            "getuid",
            "gettid", "tgkill", "epoll_pwait", "epoll_ctl", "epoll_create1", "nanosleep", "clone", "sched_yield", "madvise",
            "uname",
            "personality", "getdents64", "stat", "lseek", "statfs", "fstatfs", "ioctl", "sendmsg", "sendto", "recvfrom", "recvmsg",
            "write", "umask", "keyctl", "openat2", "dup", "dup3", "getpid", "getppid", "epoll_wait", "pipe2", "eventfd2", "getsid",
            "clone3", "statx", "faccessat", "faccessat2", "access", "fchown", "setsid", "membarrier", "sched_getaffinity", "kill",
        ]
        return [
            "defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [["names": needed + names, "action": "SCMP_ACT_ALLOW"]],
        ]
    }
}
