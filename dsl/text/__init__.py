"""Texts and places in them, and what is found wrong there: the ground floor, which knows nothing of the language."""
