"""What could become of judgements: what would change them."""
