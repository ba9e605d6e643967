"""The trail of what staff did: append-only and chained by hashes."""
