"""Tables in text and workbooks: cells and the head, and the three forms of a table."""
