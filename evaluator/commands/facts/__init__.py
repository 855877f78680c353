"""The commands of `thesis facts`."""
