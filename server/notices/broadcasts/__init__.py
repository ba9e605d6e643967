"""One text to everybody of an area or a team: by two people's consent, counted, and stoppable."""
