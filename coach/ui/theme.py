"""The page's own look."""

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).resolve().parent / "assets"


def apply_theme() -> None:
    """Add the style sheet to the page."""
    st.html(ASSETS / "coach.css")


def asset_text(name: str) -> str:
    """A text that ships with the page."""
    return (ASSETS / name).read_text(encoding="utf-8").strip()
