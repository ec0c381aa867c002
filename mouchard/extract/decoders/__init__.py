"""One encoding a module. Each has `decode(value)`: the pieces found, or nothing where it is not its own."""
