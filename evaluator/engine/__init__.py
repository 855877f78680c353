"""The reference evaluator: a value for every name, in the order of the graph."""
