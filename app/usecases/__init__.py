"""What the service does: plain functions (session, [index], caller, input) -> result; they never commit."""
