/// Every key a manifest may have.
///
/// The parser refuses what is not here and the reference is printed from it.
public enum ManifestSchema {
    public static let keys: [ManifestKey] = program + host + resources + identity + root + mounts + network

    private static let program = [
        ManifestKey(
            "entrypoint", .text, standard: "", "Absolute path of the program in the root filesystem.",
            security: "Measured. The host cannot start another program."),
        ManifestKey(
            "args", .texts, standard: "[entrypoint]", "argv, with argv[0] first, as it is when the host gives none.",
            security: "Measured. What the host may give instead is `host.args`."),
        ManifestKey(
            "env.*", .variable, standard: "none but MALLOC_ARENA_MAX",
            "An environment variable: a string is always set to that; with `allow` the host may set a value that matches a pattern, otherwise `default` (when given) holds; with `any` the host may set it to anything. With fixed memory MALLOC_ARENA_MAX is \"1\" unless it or GLIBC_TUNABLES is listed: glibc then serves all threads from one heap, since addresses for more are not there.",
            security: "Measured. Variables that are not listed never reach the program. `any` needs `debug = true`."),
        ManifestKey(
            "working_dir", .text, standard: "\"/\"", "Absolute path of the directory the program starts in.",
            security: "Measured."),
        ManifestKey(
            "user", .user, standard: "\"0:0\"", "User and group the program sees itself run as.",
            security: "Measured. Bookkeeping inside the enclave: it gives no rights on the host."),
        ManifestKey("hostname", .text, standard: "\"enclave\"", "What uname and gethostname answer.", security: "Measured."),
        ManifestKey(
            "limits.*", .limit, standard: "nofile 1024:4096, stack 8 MiB, others unlimited",
            "A resource limit by its name in lower case without RLIMIT_: nofile, stack, as, data, core, cpu, fsize, nproc and so on.",
            security: "Measured. The host cannot change limits."),
    ]

    private static let host = [
        ManifestKey(
            "host.args", .hostRule, standard: "\"fixed\"",
            "What the host may give as arguments behind argv[0] (process.args of an OCI bundle, `inclavare run DIR -- ...`): nothing else than `args`, anything, or arguments that each match one of the patterns (`*` any characters, `?` one).",
            security:
                "Measured. Whoever may choose arguments of an interpreter chooses the program: `[\"*\"]` with python3 means `-c`. `any` needs `debug = true`."
        ),
        ManifestKey(
            "host.working_dir", .hostRule, standard: "\"fixed\"", "Whether the host may choose the working directory.",
            security: "Measured. `any` needs `debug = true`."),
        ManifestKey(
            "host.user", .hostRule, standard: "\"fixed\"", "Whether the host may choose the user; patterns are \"UID:GID\".",
            security: "Measured. `any` needs `debug = true`."),
        ManifestKey(
            "host.hostname", .hostRule, standard: "[\"*\"]", "Whether the host may choose the host name.",
            security: "Measured. Programs that authorise by host name should fix it."),
        ManifestKey(
            "host.signals", .texts, standard: "[\"TERM\", \"INT\", \"HUP\", \"WINCH\", \"CONT\"]",
            "Signals that reach the program when they are sent to `inclavare run`, by its terminal too, or to the container: of HUP, INT, QUIT, ABRT, USR1, USR2, ALRM, TERM, CONT, WINCH, IO, PWR, RTMIN+0 to RTMIN+30. TERM, INT, QUIT and HUP end the program from outside where they are not listed; KILL always does. The others are ignored with a line in the log where they are not listed.",
            security:
                "Measured. The host may send the listed ones at any time, and no others. **Know what the program does then**: node opens its debugger at USR1, Java and Go print stacks at QUIT."
        ),
    ]

    private static let resources = [
        ManifestKey(
            "address_space", .size, standard: "\"64G\"", "Size of the enclave's address range, a power of two.",
            security: "Measured. Costs nothing but addresses."),
        ManifestKey(
            "memory", .size, standard: "\"512M\"", "Memory of the program.",
            security:
                "Measured. Fixed memory is taken from the EPC when the enclave is loaded; of dynamic memory this is the limit, and what is not touched costs nothing."
        ),
        ManifestKey(
            "memory_mode", .choice(["dynamic", "fixed"]), standard: "\"dynamic\"",
            "Whether memory comes as it is touched (`dynamic`), so that the enclave starts small and grows up to `memory`, or is all there from the start (`fixed`). `dynamic` needs SGX2 and Linux 6.0, or the software SGX; machines with SGX1 need `fixed`.",
            security:
                "Measured. With `dynamic` the CPU refuses to execute data, and pages without a right fault; the host sees which pages come and go, and a page that it refuses ends the program with SIGBUS. With `fixed` every page of the program can be read, written and executed, whatever it asks for."
        ),
        ManifestKey(
            "kernel_memory", .size, standard: "memory / 8, at least \"32M\"",
            "Memory of the LibOS itself: file cache, /tmp, pipes, thread stacks. With dynamic memory a limit, too.",
            security: "Measured."),
        ManifestKey(
            "threads", .number(1...256), standard: "8",
            "How many threads run at one time (TCS pages), where the host has so many processors; a program may have more.",
            security: "Measured."),
        ManifestKey(
            "initial_threads", .number(1...256), standard: "2 with dynamic memory",
            "How many of `threads` are there from the start; the others are added when threads wait. With fixed memory all are there.",
            security: "Measured. A thread's pages are made by the LibOS and accepted by the CPU, as all dynamic memory."),
        ManifestKey(
            "exitless", .flag, standard: "false",
            "Whether calls that do not wait (sockets, files, volumes, output) may be left in untrusted memory for a thread of the host, which looks there all the time while many come, instead of leaving the enclave for each. **It costs up to a processor of the host**; where none is free the enclave leaves as ever.",
            security:
                "Measured. Nothing new is trusted: requests and answers are those of every call, in the same memory, and are checked as those. The host sees the times of calls more finely, and other programs that share the processor's caches may."
        ),
        ManifestKey(
            "avx512", .flag, standard: "false", "Whether the program may use AVX-512 (XFRM 0xe7 instead of 0x7).",
            security: "Measured and fixed by the signature. Such an enclave starts only on processors that have it."),
    ]

    private static let identity = [
        ManifestKey(
            "debug", .flag, standard: "false", "Whether the enclave is a debug enclave.",
            security:
                "**A debug enclave protects nothing**: the host reads and writes all its memory. Verifiers refuse it unless their policy says otherwise."
        ),
        ManifestKey(
            "product_id", .number(0...65535), standard: "0", "ISVPRODID: tells products of one signer apart.",
            security: "In SIGSTRUCT and in every report."),
        ManifestKey(
            "security_version", .number(0...65535), standard: "0", "ISVSVN: raised when a hole was closed.",
            security: "In SIGSTRUCT and in every report. A lower version cannot derive the sealing keys of a higher one."),
        ManifestKey(
            "sealing", .choice(["mrenclave", "mrsigner"]), standard: "\"mrenclave\"", "What sealed data is bound to.",
            security:
                "Measured. With `mrsigner` **every enclave that the same key ever signs** with this product_id and a security_version not lower can read what this one sealed, a debug enclave or one with other arguments not excepted."
        ),
        ManifestKey(
            "attest_from_host", .flag, standard: "false",
            "Whether the host may ask for evidence about the running enclave. Its report data then is a hash of the asker's nonce, never the asker's choice.",
            security: "Measured. Off, only the program itself produces evidence."),
        ManifestKey(
            "trace", .choice(["off", "calls", "arguments"]), standard: "\"calls\"",
            "What the host may see with --trace and `profile`: nothing; names, results and times of system calls; or their arguments too. A debug enclave shows arguments whatever this says.",
            security:
                "Measured. `calls` tells the host what the program does, not with which data. `arguments` tells it **every path, address, size and flag, and the arguments of programs that are executed**, never the bytes that are read, written or sent."
        ),
        ManifestKey(
            "build_date", .date, standard: "newest date in the root filesystem",
            "The floor of time inside: the clock never shows less, and certificates older than it are expired.",
            security: "Measured. Limits how far a host can turn back the clock."),
    ]

    private static let root = [
        ManifestKey(
            "root.writable", .choice(["none", "memory", "encrypted"]), standard: "\"memory\"",
            """
            Where changes of the root filesystem go, with which they end: nowhere (it is read only), into kernel memory, or, but for names and \
            attributes, into a file of the host without a name. With `encrypted`, `/tmp` is part of it unless a mount names it.
            """,
            security: """
                Measured. The image stays as it was measured; changes are seen by this enclave only. With `encrypted` the host keeps \
                sealed blocks, under a key that is made at each start and never leaves the enclave: it sees how much is written and \
                when which block is read, and anything it changes or turns back is an error for the program.
                """),
        ManifestKey(
            "root.size", .size, standard: "what the host gives", "How much an encrypted layer may hold; more is ENOSPC.",
            security: "Measured. A limit for the program, not for the host."),
    ]

    private static let mounts = [
        ManifestKey(
            "mounts[].path", .text, standard: "", "Absolute path inside. A temporary `/tmp` is there unless a mount names it.",
            security: "Measured. Mounts that are not listed are dropped."),
        ManifestKey(
            "mounts[].trust", .choice(["temporary", "untrusted", "verified", "encrypted"]), standard: "",
            "`verified`: a folder that is measured as the root filesystem is, and like it read as it is used; programs may be run from it. `encrypted`: a volume that outlives the enclave, sealed as `sealing` says. `temporary`: memory of the enclave. `untrusted`: files of the host.",
            security: """
                Measured. **Whatever is read from an untrusted mount is the host's choice**, at every read anew, and the host sees and can \
                change what is written there; nothing is run from it, and no link in it leads out of it. An encrypted one keeps \
                names, contents and sizes of files from the host; putting back an old copy of all of it between two runs is \
                noticed only by a counter. A verified one shows what was there when the enclave was built, or errors.
                """),
        ManifestKey(
            "mounts[].source", .text, standard: "path",
            "Where a mount is on the host: the folder of a verified one, the file or folder an untrusted one shows, the folder an encrypted one is kept in. An absolute path in the container's filesystem; `--volume` of `build` and `run` names another place for verified and encrypted ones.",
            security: "Measured."),
        ManifestKey(
            "mounts[].read_only", .flag, standard: "true for untrusted, else false",
            "Whether writing is refused; a verified mount always refuses it.",
            security: "Measured."),
        ManifestKey(
            "mounts[].size", .size, standard: "as much as there is",
            "The most a temporary or encrypted mount may hold. Temporary ones have three eighths of `kernel_memory` between them, with what is changed of the root filesystem; what cannot fit is refused.",
            security: "Measured."),
    ]

    private static let network = [
        ManifestKey(
            "network.mode", .choice(["host", "none"]), standard: "\"host\"",
            "Whether there are TCP and UDP sockets: those of the container's network, or none but Unix sockets, which stay inside.",
            security:
                "Measured. **What comes from the network is the host's choice**, and it sees and may change what is sent: use TLS with keys that are only inside."
        ),
        ManifestKey(
            "network.listen", .texts, standard: "[\"*\"]",
            "Where the program may be reached: `\"tcp:8080\"`, `\"udp:5000-5999\"`, `\"tcp:127.0.0.1:*\"`, `\"tcp:[::1]:80\"`, with `/BITS` behind an address for a network; `\"*\"` is everything. `bind` and `listen` elsewhere fail with EACCES; a port that the host chooses needs no rule until it listens.",
            security:
                "Measured. Keeps a program from opening what was not meant to be open. The host can lead any connection to any port."
        ),
        ManifestKey(
            "network.connect", .texts, standard: "[\"*\"]",
            "Whom the program may reach, written as in `network.listen`; connecting or sending elsewhere fails with EACCES.",
            security:
                "Measured. Keeps a program from sending what was not meant to leave. It says nothing of who is at that address: the host decides that."
        ),
        ManifestKey(
            "network.dns", .choice(["host", "image"]), standard: "\"host\"",
            "Where /etc/resolv.conf, /etc/hosts and /etc/hostname come from. `host`: from the container's, made anew from the lines that have their form; names that the image's /etc/hosts has, and localhost, stay as they are. `image`: the image's files.",
            security:
                "Measured. Names lead where the host wants with either: answers of name servers pass through it. Programs that need to know whom they talk to check a certificate."
        ),
        ManifestKey(
            "network.nameservers", .texts, standard: "those of the host or the image",
            "Addresses of name servers, three at most, in place of those in /etc/resolv.conf.", security: "Measured."),
    ]
}
