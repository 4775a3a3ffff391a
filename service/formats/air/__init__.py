"""Air cargo: Cargo-IMP and Cargo-XML status messages, and ONE Record."""
