"""Modules found, followed and laid over each other, and what a linked program means: its hash and its differences."""
