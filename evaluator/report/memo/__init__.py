"""What a memo says beside the parts of a report: in words, and first of all."""
