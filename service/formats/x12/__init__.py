"""X12: the segments, and the sets that carry statuses."""
