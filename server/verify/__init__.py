"""The counter that anyone may walk up to: is this certificate true, and one's own by its link."""
