"""Colours, sizes and the style sheet of the console."""
