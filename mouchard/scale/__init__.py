"""Many captures, on one machine or several: what needs the extra `scale` is imported only when it is used."""
