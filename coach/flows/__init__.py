"""The flows: each reads top to bottom, none imports another."""
