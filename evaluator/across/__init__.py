"""Rules on other companies: what stands in the way, companies side by side."""
