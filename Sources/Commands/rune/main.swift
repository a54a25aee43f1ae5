print("rune")
