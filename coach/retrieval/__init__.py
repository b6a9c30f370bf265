"""Finds passages: dense, keyword and hybrid search."""
