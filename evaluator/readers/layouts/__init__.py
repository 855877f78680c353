"""How tables that others made are to be read: a mapping, the headings of periods, and the vendors whose layouts are known."""
