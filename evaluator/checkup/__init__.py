"""What looks wrong in facts, facts as tables, an empty facts file for rules."""
