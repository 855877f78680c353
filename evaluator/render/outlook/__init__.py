"""What could become of judgements, and what became of them, as lines of text, CSV, Markdown and HTML."""
