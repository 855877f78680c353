"""A table or a folder of names as a universe: read, judged by an engine, ordered, with what stands apart."""
