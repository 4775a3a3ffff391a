"""Tables, enums and frozen values: inert, no query and no rule."""
