"""What screens show and do, without any widget."""
