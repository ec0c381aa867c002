"""Evidence that leaves the machine: redacted, bundled, checked, replayed.

`bundle` writes, `verify` and `replay` check, `redaction` decides what may be seen at all.
"""
