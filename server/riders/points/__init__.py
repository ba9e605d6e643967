"""The points ledger: what riders earn and spend, by rules, without loss and without doubles."""
