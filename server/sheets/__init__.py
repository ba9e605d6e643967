"""Spreadsheets: read with care, written so that nothing in them runs."""
