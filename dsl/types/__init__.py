"""Kinds, units, currencies and frequencies with their algebra, and the table of functions."""
