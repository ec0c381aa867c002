"""Data that ships with Mouchard: a default list and the companies behind hosts; see `SOURCES.toml`."""
