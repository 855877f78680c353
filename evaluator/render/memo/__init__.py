"""The memo as chapters of blocks, for paper and for documents."""
