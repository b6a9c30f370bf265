"""The options that every command takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from coach.settings import load_settings

Command = Callable[..., None]


def common(*, formats: tuple[str, ...] = ("text", "json")) -> Callable[[Command], Command]:
    """Options that every command takes; the command receives `output` (a format) and `settings`."""

    def decorate(command: Command) -> Command:
        def run(*args: Any, home: Path | None, model: str | None, **options: Any) -> None:  # noqa: ANN401
            command(*args, settings=load_settings(home=home, model=model), **options)

        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
        for option in (
            click.option("--model", help="builtin (default) or provider:name, such as openai:gpt-5-mini."),
            click.option("--home", type=click.Path(path_type=Path), help="Folder for everything that is written."),
            click.option("--format", "output", type=click.Choice(formats), default=formats[0], show_default=True),
        ):
            run = option(run)
        return run

    return decorate
