"""The demo: a month of five shipments on a clock that runs a day in two seconds, through the real service."""
