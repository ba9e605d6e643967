"""The pages that show everybody where stations are, without any map of others."""
