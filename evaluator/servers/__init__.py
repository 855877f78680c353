"""Programs that stay and answer: each stands on `dsl/ide` and on what is shared by all who call, and evaluates nothing."""
