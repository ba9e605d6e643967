"""District, street, community, grid: who is responsible where."""
