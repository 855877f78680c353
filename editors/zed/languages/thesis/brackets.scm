; Made by `python -m editors.tree_sitter`.
("(" @open ")" @close)
("{" @open "}" @close)
