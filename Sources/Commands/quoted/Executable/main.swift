import CommandProgram
import QuotedCommand

CommandProgram.run(Quoted.self, named: "inclavare-quoted")
