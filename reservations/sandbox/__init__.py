"""Sandboxes: a port of its own for an organisation that tries the API out, with a clock that it moves on and gate events that it raises."""
