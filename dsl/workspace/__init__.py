"""Rule files as somebody works on them: unsaved texts, what was checked before, what stands where."""
