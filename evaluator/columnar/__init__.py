"""A checked program on columns: lowered once to terms over columns, which polars evaluates for all names together."""
