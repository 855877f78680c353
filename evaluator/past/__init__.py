"""What names were on earlier days, and what became of events."""
