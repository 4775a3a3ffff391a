"""The proof: each promise is put to the test against what can go wrong, and one card says what came of it."""
