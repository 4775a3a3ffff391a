"""HTTP for people: the tracking page, the stop page, and the phone and inbox of a rehearsal."""
