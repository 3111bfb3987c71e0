"""Item models of lists."""
