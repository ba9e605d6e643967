"""What riders' points come to as a whole: what moved, and what is still owed."""
