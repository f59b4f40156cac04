"""The `smezhnik` command: everything an operator does from a shell."""

from app.cli.commands import app

__all__ = ["app"]
