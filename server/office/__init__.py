"""What community staff keep in order: people, areas, posts, and the tables they bring along."""
