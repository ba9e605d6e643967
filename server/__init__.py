"""Everything the service can do, whichever face asks for it."""
