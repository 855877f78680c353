"""The examples in rule files: run, measured for what they reach, suggested where one is missing."""
