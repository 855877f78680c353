"""Rules on a table of names: a screen."""
