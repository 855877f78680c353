"""Commands that give a report, and what it looks like."""
