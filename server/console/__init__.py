"""The staff console: the pages on which community staff work."""
