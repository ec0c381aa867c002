"""Reports for a site: gathered once, rendered in several formats."""
