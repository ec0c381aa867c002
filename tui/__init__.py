"""The live view: who gets what about me. Reads the database only; a process of its own."""
