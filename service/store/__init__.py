"""Every query, and nothing else: the only rooms that speak SQL."""
