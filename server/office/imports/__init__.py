"""Tables that staff bring along: areas, people, posts."""
