"""The work of floating Party members: their files, their contacts, and who has looked at them.

It is there only where a key of its own is set, keeps tables of its own under that key, and no
other package knows whom it knows.
"""
