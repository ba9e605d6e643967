"""Who people are, by which accounts we know them, and what they agreed to."""
