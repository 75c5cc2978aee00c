"""Each command as a short sentence of calls: read, think, then write once."""
