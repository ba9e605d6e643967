"""A stand-in for WeChat: its API, its message pushes and a phone page, over the real protocol.

It runs as a process of its own (`python -m emulator`), keeps everything in memory and knows
nothing of the service but its address and the keys that both share.
"""
