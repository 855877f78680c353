; Made by `python -m editors.tree_sitter`.
["rules" "thesis" "input" "param" "metric" "forecast" "valuation" "pillar" "bull" "bear" "verdict" "scenario" "uncertain" "example" "catalyst" "kill" "override" "drop"] @keyword
["above" "after" "against" "ago" "applies" "as" "asks" "assume" "at" "because" "below" "by" "correlated" "expect" "expects" "for" "from" "given" "least" "most" "of" "on" "otherwise" "over" "own" "per" "probability" "segment" "show" "since" "source" "stale" "starts" "to" "tolerance" "uses" "view" "weight" "when" "with" "within" "meaningful"] @keyword
(balance_clause) @keyword
(optional_clause) @keyword
(critical_clause) @keyword
["and" "between" "contains" "else" "happened" "has" "if" "in" "includes" "is" "not" "or" "then"] @operator
["choice" "count" "date" "day" "flag" "money" "month" "multiple" "number" "percent" "quarter" "set" "share" "text" "week" "year"] @type
["bearish" "bullish" "neutral"] @constant
(unknown) @constant
(known) @constant
[(true) (false)] @boolean
[(number) (scaled) (percent) (points) (basis_points) (multiple) (money) (date) (duration)] @number
[(string) (words)] @string
(sentence "\"" @string)
(figure ["{" "}"] @punctuation.special)
(comment) @comment
[(ticker) (currency)] @constant
(over_segments) @function
[(comparator) (sign) (times)] @operator
["^" "~" ":"] @operator
(binding "=" @operator)
(metric_value "=" @operator)
(param_from "=" @operator)
(param_value "=" @operator)
(uses_binding "=" @operator)
(uses_part "=" @operator)
["(" ")"] @punctuation.bracket
"," @punctuation.delimiter
(_ name: (identifier) @function)
(against_clause (identifier) @variable)
(base_clause (identifier) @variable)
(binding (identifier) @variable)
(call (identifier) @function)
(choice_type (identifier) @constant)
(correlation (identifier) @variable)
(distribution (identifier) @function)
(expectation (identifier) @variable)
(from_past (identifier) @variable)
(happened (identifier) @variable)
(includes (identifier) @constant)
(name (identifier) @variable)
(on_clause (identifier) @variable)
(predicate (identifier) @constant)
(prefix (identifier) @variable)
(set_type (identifier) @constant)
(show_clause (identifier) @variable)
(uses_binding (identifier) @variable)
(uses_part (identifier) @variable)
