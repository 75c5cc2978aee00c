models = {User, Item, Product}
