"""A month of somebody's points: told once at its end, and whenever it is asked for."""
