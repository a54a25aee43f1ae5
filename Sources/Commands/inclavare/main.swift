import ArgumentParser

Inclavare.main()
