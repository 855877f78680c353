"""Columns as values: figures, truths, words of all names at once, over a small algebra of terms."""
