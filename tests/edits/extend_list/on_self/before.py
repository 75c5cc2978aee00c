class App:
    def __init__(self):
        self.routers = [users]
