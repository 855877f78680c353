"""How names are spread: distributions, and how they go together."""
