"""Prove a change: import the app before and after with its own interpreter, compare the two."""
