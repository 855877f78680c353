"""What an editor asks of rules while somebody types: pure functions of a snapshot, a file and a place in it."""
