"""Commands on what could become of judgements, and on what became of them."""
