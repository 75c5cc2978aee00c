#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""The app."""
import sys

sys.path.insert(0, ".")

from fastapi import FastAPI
from routers import products, users

app = FastAPI()
app.include_router(users.router)
app.include_router(products.router)
