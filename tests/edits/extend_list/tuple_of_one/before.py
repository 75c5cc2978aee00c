routers = (users,)
