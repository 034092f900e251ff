"""The content of `clientela demo`: a shop to look at, sent through the public API like any other data."""
