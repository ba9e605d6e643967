"""Pictures that people send: fetched, judged by content, stripped, kept outside the database."""
