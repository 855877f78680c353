"""Templates of an analyst's: where they lie, what they may do, what they may print, the look of a house."""
