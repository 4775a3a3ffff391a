"""The verbs. Each opens its own transactions; none calls another."""
