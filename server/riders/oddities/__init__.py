"""What looks odd about how points are given, for a person to judge; no machine acts upon it."""
