"""Tests of mappings: headings, mapping files, vendors."""
