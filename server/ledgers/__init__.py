"""Ledgers (台账) and figures: generated from what is recorded, never keyed."""
