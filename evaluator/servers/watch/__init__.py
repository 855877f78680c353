"""A report that is made again with each save of its rules, facts or templates, in a page that shows it at once."""
