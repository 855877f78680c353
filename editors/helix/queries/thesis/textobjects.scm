; Made by `python -m editors.tree_sitter`.
[(header) (input) (param) (metric) (forecast) (valuation) (pillar) (condition) (verdict) (scenario) (uncertain) (example) (catalyst) (kill) (override)] @function.around
(metric_value) @function.inside
(param_value) @function.inside
(when_clause) @function.inside
(because_clause) @function.inside
(assume_clause) @function.inside
(given_clause) @function.inside
(expect_clause) @function.inside
(row) @function.inside
(starts_clause) @function.inside
(type) @function.inside
(example) @test.around
[(row) (otherwise)] @entry.around
(arguments (_) @parameter.inside)
(comment) @comment.inside
(comment)+ @comment.around
