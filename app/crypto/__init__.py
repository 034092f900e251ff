"""Sealing of fields, wrapping of keys and blind indexes; knows nothing of SQL or of customers' fields."""
