"""Many draws at once: a checked program on columns of draws, how names are spread, and what comes of it."""
