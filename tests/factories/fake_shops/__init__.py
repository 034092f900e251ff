"""Shops that are none: real HTTP servers that speak the platforms' APIs, with a catalogue that changes."""
