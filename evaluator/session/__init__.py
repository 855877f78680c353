"""From names to files to a finished run: where rules, facts and templates lie, and the whole way as one call."""
