"""What would be otherwise in other worlds."""
