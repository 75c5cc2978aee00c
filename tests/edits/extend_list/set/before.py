models = {User, Item}
