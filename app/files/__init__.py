"""Files that people send and take: their kinds and encodings, tables in and out, and the limits."""
