"""Start the Streamlit app: loopback only, no usage statistics, everything slow done before the page opens."""

import subprocess
import sys

import click

from coach.errors import UnavailableError
from coach.resources import resource
from coach.settings import Settings, child_environment


def serve_app(settings: Settings, *, port: int) -> None:
    """Run the app until it is stopped.

    Raises:
        UnavailableError: The port is taken, or the app could not start.
    """
    from coach.wiring import Coach  # noqa: PLC0415

    _check_port(port)
    click.echo("Preparing the index …", err=True)
    Coach(settings).prepare()
    click.echo(f"Coach is at http://127.0.0.1:{port}  (stop with Ctrl+C)")
    script = resource("streamlit_app.py")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
    try:
        status = subprocess.run(command, cwd=script.parent, env=child_environment(settings), check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return
    if status not in (0, 130, -2, -15):
        raise UnavailableError(f"the app ended with status {status}. See the lines above.")


def _check_port(port: int) -> None:
    import socket  # noqa: PLC0415

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UnavailableError(
                f"port {port} is taken ({error.strerror}). Choose another: coach serve --port {port + 1}"
            ) from error
