"""A file of each kind, as tables with the place of each cell; `forms` finds out how each table is read."""
