"""Pydantic shapes shared by the API, the CLI and the import."""
