"""The screens: each one answers one question."""
