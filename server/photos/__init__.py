"""Pictures that people send: fetched, judged by content, stripped, and kept outside the database."""
