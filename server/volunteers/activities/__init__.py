"""Activities: described, reviewed, opened, changed, called off, and found by people."""
