"""The database: one writer, many readers. SQL is found here and nowhere else."""
