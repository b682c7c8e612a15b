"""Declarations for programs of enterprises: /api/v1/enterprise/declarations/."""
