#!/usr/bin/env python
# -*- coding: utf-8 -*-
from app.x import g


def f():
    return 1
