"""The wire to WeChat: what it sends us, what we ask of it."""
