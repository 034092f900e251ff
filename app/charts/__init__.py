"""Pictures of figures, as SVG: pure functions from plain data to text, in three languages, light and dark."""
