"""What residents need volunteers for, from asking to rating (四单)."""
