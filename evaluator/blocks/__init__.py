"""Frames that are larger than memory: in parts, in an order, on disk."""
