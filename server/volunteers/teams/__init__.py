"""Volunteer teams, and belonging to them."""
