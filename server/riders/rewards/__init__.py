"""Rewards (兑换): what points buy, how much of it lies at which station, and vouchers for it."""
