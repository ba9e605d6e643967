"""What stands behind `make`: start, serve, test. Needs nothing but the standard library."""
