"""EDIFACT: the segments, and IFTSTA."""
