extension CommandDescription {
    private static let launchOptions = [
        OptionDescription("--bundle", "-b", value: "DIR", means: "the bundle; the current directory where it is not given"),
        OptionDescription("--pid-file", value: "FILE", means: "where the number of the container's process is written"),
        OptionDescription("--console-socket", value: "SOCKET", means: "where the master of the container's terminal is sent"),
        OptionDescription("--pidfd-socket", value: "SOCKET", means: "where a pidfd of the container's process is sent"),
        OptionDescription("--preserve-fds", value: "N", means: "how many descriptors beyond 2 the program keeps"),
        OptionDescription("--no-pivot", means: "move the root instead of pivot_root, where the host runs from an initramfs"),
        OptionDescription("--no-new-keyring", means: "keep the caller's session keyring"),
    ]

    static let create = CommandDescription(
        name: "create", summary: "make a container from a bundle, up to its first instruction", operands: "ID",
        options: launchOptions,
        detail: """
            The container's process waits for start. When create fails nothing of the container is left. An enclave is built and \
            initialised here, so that a bad signature or missing memory is an error of create.
            """)

    static let start = CommandDescription(
        name: "start", summary: "let a created container run", operands: "ID",
        detail: "Returns when the program runs and the poststart hooks have succeeded; one that fails ends the container.")

    static let run = CommandDescription(
        name: "run", summary: "create, start, wait and delete", operands: "ID",
        options: launchOptions + [
            OptionDescription("--detach", "-d", means: "return once the program runs; the container stays"),
            OptionDescription("--keep", means: "leave the stopped container to be deleted by hand"),
            OptionDescription(
                "--no-subreaper", means: "accepted for other runtimes' callers: rune adopts no process of a container"),
        ],
        detail: """
            Signals are handed on to the program, and so is the terminal where the configuration asks for one. The exit status \
            is the program's; 128 and the number of the signal that killed it.
            """)

    static let state = CommandDescription(
        name: "state", summary: "print a container's state as JSON", operands: "ID",
        detail: "The status is creating, created, running, paused or stopped; the rest is what the specification's State holds.")

    static let list = CommandDescription(
        name: "list", summary: "list the containers", operands: "",
        options: [
            OptionDescription("--format", "-f", value: "FORMAT", means: "table, or json: an array of states"),
            OptionDescription("--quiet", "-q", means: "IDs only, one a line"),
        ])

    static let kill = CommandDescription(
        name: "kill", summary: "send a signal to a container", operands: "ID [SIGNAL]",
        options: [OptionDescription("--all", "-a", means: "to all of its processes; a stopped container is no error then")],
        detail: "The signal is a number or a name, KILL or SIGKILL; without one it is TERM.")

    static let delete = CommandDescription(
        name: "delete", summary: "remove a stopped or created container", operands: "ID",
        options: [OptionDescription("--force", "-f", means: "kill it first; one that does not exist is no error")])

    static let spec = CommandDescription(
        name: "spec", summary: "write a configuration to start from", operands: "",
        options: [
            OptionDescription("--bundle", "-b", value: "DIR", means: "where config.json is written"),
            OptionDescription("--rootless", means: "one that works without root: a user namespace, no cgroups"),
        ],
        detail: "A config.json that is already there is not overwritten.")

    static let features = CommandDescription(
        name: "features", summary: "print as JSON what this runtime can do", operands: "")

    static let completion = CommandDescription(
        name: "completion", summary: "print a completion script", operands: "bash|zsh|fish",
        detail: "For bash: source <(rune completion bash). For fish: rune completion fish | source.")

    static let help = CommandDescription(name: "help", summary: "explain a command", operands: "[COMMAND]")
}
