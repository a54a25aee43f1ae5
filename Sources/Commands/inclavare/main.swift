print("inclavare")
