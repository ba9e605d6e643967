"""The letter of a year, and what members need until it is solved."""
