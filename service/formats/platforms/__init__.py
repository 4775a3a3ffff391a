"""Platforms that follow containers and shipments, and post what they see."""
