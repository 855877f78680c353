; Made by `python -m editors.tree_sitter`.
[(header) (input) (param) (metric) (forecast) (valuation) (pillar) (condition) (verdict) (scenario) (uncertain) (example) (catalyst) (kill) (override)] @function.outer
(metric_value) @function.inner
(param_value) @function.inner
(when_clause) @function.inner
(because_clause) @function.inner
(assume_clause) @function.inner
(given_clause) @function.inner
(expect_clause) @function.inner
(row) @function.inner
(starts_clause) @function.inner
(type) @function.inner
[(row) (otherwise)] @conditional.outer
(row (_) @conditional.inner)
(arguments (_) @parameter.inner)
(comment) @comment.outer
