"""Figures as intervals, three-valued logic, unknown with its causes, series by period; how they are printed."""
