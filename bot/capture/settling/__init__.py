"""Bringing a page to rest and reading it once."""
