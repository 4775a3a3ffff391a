"""Tables with a header, as an ageing system exports them."""
