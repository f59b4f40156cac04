"""HTTP only: a request becomes one use case call and its result one response."""
