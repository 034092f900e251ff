"""Calling other people's servers: what may be called (SSRF), and how. Used by the worker's services only."""
