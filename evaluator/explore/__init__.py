"""Other worlds beside the one that is: what would be left of the verdicts if a missing figure were known."""
