"""Smezhnik: partner matching for an association of industrial clusters."""

__version__ = "0.1.0"
