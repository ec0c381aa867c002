"""What the wire gave: records, the frames that carry them between processes, and file readers."""
