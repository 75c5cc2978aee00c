routers = find_routers()
