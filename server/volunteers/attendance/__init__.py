"""Who came and who left, by four equal routes."""
