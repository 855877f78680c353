"""Facts of a company as pydantic models: spelling, periods, exchange rates, places in YAML."""
