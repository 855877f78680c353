"""The one canonical layout of a rule file, comments kept."""
