import OCI

/// The texts of `--help` and `--version`.
enum Help {
    static let version = "rune version 0.1.0\nspec: \(State.ociVersion)\n"

    static let text = """
        rune runs OCI containers, ordinary ones and ones whose program runs inside an SGX enclave.

        Usage: rune [global options] COMMAND [options] ID

        Commands:
          create   make a container from a bundle, up to its first instruction
          start    let a created container run
          run      create, start, wait and delete
          state    print a container's state as JSON
          kill     send a signal: kill [--all] ID [SIGNAL]
          delete   remove a stopped container: delete [--force] ID
          pause    stop all processes of a container; resume lets them go on
          ps       list its processes: ps [--format table|json] ID [options of ps]
          update   change its limits: update [--resources FILE|-] [--memory N] ... ID
          events   its use of resources: events [--stats] [--interval 5s] ID
          list     list containers: list [--format table|json] [--quiet]
          spec     write a configuration to start from: spec [--bundle DIR]

        Options of create and run:
          --bundle DIR, -b DIR    the bundle, else the current directory
          --pid-file FILE         where the process's number is written
          --console-socket FILE   where the terminal's master is sent
          --preserve-fds N        descriptors beyond 2 the program keeps
          --no-pivot              move the root instead of pivot_root (initramfs)
          --no-new-keyring        keep the caller's session keyring
          --detach, -d            run: return once it is started
          --keep                  run: do not delete when it ends

        Global options:
          --root DIR              where states are kept, /run/rune
          --log FILE              where messages are written too
          --log-format FORMAT     text or json
          --debug, --version, --help

        """
}
