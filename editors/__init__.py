"""What editors are given: highlighting made from the language's own words, the extension for VS Code, its package."""
