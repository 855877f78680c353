"""Checked program + facts -> graph -> evaluation -> result -> report."""
