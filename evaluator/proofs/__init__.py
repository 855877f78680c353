"""Proofs about rules with z3: imported only when `thesis prove` or a search for a world is asked for."""
