"""The thesis language: text -> tree -> checked program. Imports nothing of `evaluator`."""
