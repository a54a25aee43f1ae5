import Glibc
import PAL
import RuneCommands

// The same runtime for containers whose enclave runtime is a library of others, which a static program could not load. `rune` executes it.
exit(RuneCommand.main(CommandLine.arguments, libraries: PALLoader()))
