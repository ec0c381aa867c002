"""Two measurements side by side, and one against a policy: `diff` and `check`."""
