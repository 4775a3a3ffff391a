"""HTTP for machines: what logistics systems, providers and monitors call."""
