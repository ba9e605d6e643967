"""The work of riders: who they are, and what they earn by deeds that others have seen."""
