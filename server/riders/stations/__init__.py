"""Stations (暖蜂驿站): where riders drink, charge and rest, and whether they are open."""
