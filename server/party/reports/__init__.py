"""What a member reports each quarter, and what a branch does with it."""
