"""Every code with its sentence and its page; findings as annotations."""
