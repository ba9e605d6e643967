"""Figures of branches for a quarter, of which none tells what happened to one or a few."""
