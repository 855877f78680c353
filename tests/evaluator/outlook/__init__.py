"""What could become of judgements."""
