"""A program as terms for the solver: figures, truths, names, calls, in each kind of worlds."""
