"""DCSA Track & Trace: one set of tables and readers for every version."""
