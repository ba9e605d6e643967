"""Signing up for a shift, the line before a full one, and who may take part at all."""
