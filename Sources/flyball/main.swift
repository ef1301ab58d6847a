print("flyball")
