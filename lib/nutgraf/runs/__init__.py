"""Runs: editions, what makes them stale, executing notebooks, and the ledger of attempts."""
