"""The deep engine: a small multilingual transformer that reads a clause in one pass."""
