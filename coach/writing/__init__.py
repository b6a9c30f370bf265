"""Turns decisions into prose."""
