; Made by `python -m editors.tree_sitter`.
((comment) @injection.content
  (#set! injection.language "comment"))
