"""What people read: the catalogue of texts, dates in words, SMS segments and e-mail bodies.

Pure: values in, text out. No clock, no store, no chance; `now` comes with the request.
"""
