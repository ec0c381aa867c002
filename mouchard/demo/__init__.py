"""An invented shop leaks an invented person's data to companies played on loopback; no network."""
