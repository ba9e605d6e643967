"""Staff: how they sign in to the console, what they may do where, and second consents."""
