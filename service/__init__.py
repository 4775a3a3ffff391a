"""Milepost: a milestone comes in, the right person hears of it."""
