"""Small apps in memory, written to a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from fastarch.discover.app import Found, find_app
from fastarch.discover.hints import read_project
from fastarch.discover.index import ModuleIndex
from fastarch.discover.profile import RouterSite
from fastarch.discover.routers import find_site
from fastarch.discover.scan import scan

Files = Mapping[str, str | bytes]

CRUD = """
from fastapi import APIRouter

router = APIRouter({arguments})

@router.get("/")
def listing(): ...

@router.post("/")
def create(): ...
"""


def crud(arguments: str = "", variable: str = "router") -> str:
    """A module with a router that serves a resource."""
    return (
        CRUD.format(arguments=arguments)
        .replace("router = ", f"{variable} = ")
        .replace("@router", f"@{variable}")
    )


def write(root: Path, files: Files) -> Path:
    """Write an app. Text is dedented; a trailing slash makes a folder."""
    for name, content in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        data = dedent(content).lstrip("\n").encode() if isinstance(content, str) else content
        path.write_bytes(data)
    return root


def read(root: Path, files: Files, entry: str | None = None) -> tuple[Found, RouterSite]:
    """The app and its router site."""
    write(root, files)
    plain = ModuleIndex(root, root)
    seen = scan(plain)
    found = find_app(plain, read_project(root), seen, entry)
    assert found is not None
    return found, find_site(found, seen)
