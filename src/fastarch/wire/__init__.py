"""Edits to code that somebody wrote: bytes to bytes, lossless; one module for each edit."""
