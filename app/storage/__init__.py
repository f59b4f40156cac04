"""Tables, one module per record: its columns, its own rules as methods, its queries as functions."""
