"""Which days are worked here, and what follows from it for deadlines."""
