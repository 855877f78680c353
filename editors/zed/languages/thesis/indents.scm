; Made by `python -m editors.tree_sitter`.
(_ "(" ")" @end) @indent
