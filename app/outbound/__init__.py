"""Calls to the outside world, each a leaf: signed webhooks and letters; nothing here knows the database."""
