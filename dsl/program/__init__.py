"""The checked program: the only thing that later stages read."""
