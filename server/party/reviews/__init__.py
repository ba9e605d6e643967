"""What a branch says of a member each quarter: drafted from facts, decided by people, answered."""
