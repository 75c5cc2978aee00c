settings = load()
