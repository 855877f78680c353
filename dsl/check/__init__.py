"""All checks of a linked program, and what is wrong at its root."""
