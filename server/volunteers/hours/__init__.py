"""Hours served: recorded, confirmed, disputed, corrected, final."""
