import Glibc
import RuneCommands

exit(RuneCommand.main(CommandLine.arguments))
