"""Written nodes become the typed nodes of the program: names resolved, types inferred, constants calculated."""
