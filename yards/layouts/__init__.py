"""PURE. A yard's plan: read from GeoJSON, checked, completed, written back."""
