"""Load and comparison benchmarks that print ratios; nothing here is imported by the service."""
