"""Readers of facts: each a small module that takes a file and gives rows of one model with their places.

In: files as analysts keep them. Out: `Reading`s, which `assemble` makes into a `Company`. Must not know rules.
"""
