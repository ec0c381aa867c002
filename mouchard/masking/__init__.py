"""What is shown and stored in place of personal values."""
