; Made by `python -m editors.tree_sitter`.
[(header) (input) (param) (metric) (forecast) (valuation) (pillar) (condition) (verdict) (scenario) (uncertain) (example) (catalyst) (kill) (override)] @indent.begin
")" @indent.branch
