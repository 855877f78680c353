"""From an evaluation to the model of the report: why, on what evidence, what is unknown."""
