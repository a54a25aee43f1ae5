import ArgumentParser
import QuotedCommand

Quoted.main()
