import Glibc

exit(RuneCommand.main(CommandLine.arguments))
