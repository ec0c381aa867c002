"""The process that starts, watches, restarts and stops the others (`mouchard run`)."""
