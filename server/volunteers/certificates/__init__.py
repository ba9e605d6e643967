"""Certificates of hours, and what anyone may learn of one."""
