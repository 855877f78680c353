"""Company facts as filed with the SEC: concepts, what was known from which filing, splits, downloads."""
