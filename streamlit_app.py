"""The page of Coach. Start it with `coach serve`."""

from functools import partial

import streamlit as st

from coach import Settings, load_settings
from coach.errors import CoachError
from coach.ui.messages import notice_html
from coach.ui.pages import coach as coach_page
from coach.ui.theme import ASSETS, apply_theme
from coach.wiring import Coach


@st.cache_resource(show_spinner="Opening the sources")
def open_coach(settings: Settings) -> Coach:
    """One coach for all visitors of this server."""
    coach = Coach(settings)
    coach.prepare()
    return coach


def main() -> None:
    """Set the page up and show what was navigated to."""
    st.set_page_config(page_title="Coach", page_icon=str(ASSETS / "mark.svg"), layout="centered")
    apply_theme()
    try:
        coach = open_coach(load_settings())
    except CoachError as error:
        st.html(notice_html(str(error)))
        st.stop()
    page = st.Page(partial(coach_page.show, coach), title="Coach", url_path="coach", default=True)
    st.navigation([page], position="hidden").run()


main()
