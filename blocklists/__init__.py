"""Data that ships with Mouchard: a default list, the companies behind hosts. `SOURCES.toml` says from where."""
