extension CommandDescription {
    static let exec = CommandDescription(
        name: "exec", summary: "run one more program in a container", operands: "ID [PROGRAM [ARGUMENT...]]",
        options: [
            OptionDescription("--process", "-p", value: "FILE", means: "the specification's process as JSON, in place of the rest"),
            OptionDescription("--detach", "-d", means: "return once it runs"),
            OptionDescription("--tty", "-t", means: "give it a terminal"),
            OptionDescription("--console-socket", value: "SOCKET", means: "where the terminal's master is sent"),
            OptionDescription("--pid-file", value: "FILE", means: "where the number of the process is written"),
            OptionDescription("--pidfd-socket", value: "SOCKET", means: "where a pidfd of the process is sent"),
            OptionDescription("--user", "-u", value: "UID[:GID]", means: "who it runs as"),
            OptionDescription("--additional-gids", "-g", value: "GID", means: "one more group; may be given again"),
            OptionDescription("--cwd", value: "DIR", means: "its working directory"),
            OptionDescription("--env", "-e", value: "NAME=VALUE", means: "one more variable; may be given again"),
            OptionDescription("--cap", "-c", value: "NAME", means: "one more capability; may be given again"),
            OptionDescription("--no-new-privs", means: "executing gives it no more rights"),
            OptionDescription("--process-label", value: "LABEL", means: "its SELinux label"),
            OptionDescription("--apparmor", value: "PROFILE", means: "its AppArmor profile"),
            OptionDescription("--preserve-fds", value: "N", means: "how many descriptors beyond 2 it keeps"),
            OptionDescription("--cgroup", value: "PATH", means: "a cgroup below the container's"),
            OptionDescription("--no-subreaper", means: "accepted for other runtimes' callers"),
            OptionDescription("--ignore-paused", means: "go on although the container is paused"),
        ],
        detail: "The exit status is the program's. Options end at the ID: what follows belongs to the program.")

    static let pause = CommandDescription(
        name: "pause", summary: "stop all processes of a container where they are", operands: "ID")

    static let resume = CommandDescription(name: "resume", summary: "let a paused container go on", operands: "ID")

    static let ps = CommandDescription(
        name: "ps", summary: "list a container's processes", operands: "ID [OPTION OF ps(1)...]",
        options: [OptionDescription("--format", "-f", value: "FORMAT", means: "table, or json: an array of numbers")])

    static let update = CommandDescription(
        name: "update", summary: "change a container's limits", operands: "ID",
        options: [
            OptionDescription(
                "--resources", "-r", value: "FILE", means: "the specification's linux.resources as JSON; - is standard input"),
            OptionDescription("--memory", value: "BYTES", means: "memory; 512m and the like, -1 for no limit"),
            OptionDescription("--memory-reservation", value: "BYTES", means: "memory left to it when memory is short"),
            OptionDescription("--memory-swap", value: "BYTES", means: "memory and swap together"),
            OptionDescription("--cpus", value: "N", means: "how many processors' time, 1.5"),
            OptionDescription("--cpu-share", value: "N", means: "its weight among others"),
            OptionDescription("--cpu-quota", value: "MICROSECONDS", means: "time in each period"),
            OptionDescription("--cpu-period", value: "MICROSECONDS", means: "the period"),
            OptionDescription("--cpu-burst", value: "MICROSECONDS", means: "time saved up for later periods"),
            OptionDescription("--cpu-rt-period", value: "MICROSECONDS", means: "the period of real-time processes"),
            OptionDescription("--cpu-rt-runtime", value: "MICROSECONDS", means: "their time in each"),
            OptionDescription("--cpu-idle", value: "0|1", means: "whether it only gets time that nobody else wants"),
            OptionDescription("--cpuset-cpus", value: "LIST", means: "the processors it may use, 0-2,5"),
            OptionDescription("--cpuset-mems", value: "LIST", means: "the memory nodes"),
            OptionDescription(
                "--kernel-memory", value: "BYTES", means: "memory of the kernel for it, where the kernel still counts it"),
            OptionDescription("--kernel-memory-tcp", value: "BYTES", means: "the same for TCP's buffers"),
            OptionDescription("--blkio-weight", value: "N", means: "its weight at block devices"),
            OptionDescription("--pids-limit", value: "N", means: "how many processes"),
        ])

    static let events = CommandDescription(
        name: "events", summary: "print what a container uses, again and again", operands: "ID",
        options: [
            OptionDescription("--stats", means: "once only"),
            OptionDescription("--interval", value: "TIME", means: "how often, 5s"),
        ],
        detail: "A line of JSON each.")

    static let attest = CommandDescription(
        name: "attest", summary: "print evidence of an enclave container, as JSON", operands: "ID",
        options: [
            OptionDescription(
                "--nonce", value: "HEX", means: "what makes the evidence fresh; 32 random bytes where it is not given"),
            OptionDescription("--quote", means: "a quote, for a verifier anywhere; this is what happens without an option"),
            OptionDescription("--report", means: "a report, for a verifier on this machine"),
            OptionDescription("--target-info", value: "FILE", means: "a report for the enclave of this TARGETINFO"),
            OptionDescription("--format", value: "FORMAT", means: "json, or binary: the evidence alone"),
            OptionDescription("--verify", value: "POLICY", means: "judge the quote by a policy"),
            OptionDescription("--collateral", value: "FILE", means: "what the verification of a quote needs"),
        ],
        detail: """
            For a running container whose manifest sets attest_from_host. The nonce never goes into the evidence as it is: the \
            evidence vouches for no key of the asker.
            """)
}
