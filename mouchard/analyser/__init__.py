"""The process that judges what the proxy recorded and is the one writer of the database."""
