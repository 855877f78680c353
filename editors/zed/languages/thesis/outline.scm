; Made by `python -m editors.tree_sitter`.
(header ["rules" "thesis"] @context name: (identifier) @name) @item
(input ["input"] @context name: (identifier) @name) @item
(param ["param"] @context name: (identifier) @name) @item
(metric ["metric"] @context name: (identifier) @name) @item
(forecast ["forecast"] @context name: (identifier) @name) @item
(valuation ["valuation"] @context name: (identifier) @name) @item
(pillar ["pillar"] @context name: (identifier) @name) @item
(condition ["bull" "bear"] @context name: (identifier) @name) @item
(verdict ["verdict"] @context name: (identifier) @name) @item
(scenario ["scenario"] @context name: (identifier) @name) @item
(uncertain ["uncertain"] @context name: (identifier) @name) @item
(example ["example"] @context title: (string) @name) @item
(catalyst ["catalyst"] @context name: (identifier) @name) @item
(kill ["kill"] @context name: (identifier) @name) @item
