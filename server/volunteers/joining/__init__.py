"""What happens to the work of two persons who prove to be one."""
