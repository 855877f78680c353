"""The published models of what reports and commands print as JSON."""
