"""Facts in Parquet, whole columns at a time."""
