"""Tables: cells and the head, the forms of a table that we know, and any other by a mapping."""
