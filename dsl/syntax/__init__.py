"""Text to tree: the grammar and its table, what was written as frozen nodes, and the wording of syntax errors."""
