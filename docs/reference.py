"""Print docs/cli.md: every command with its own help, taken from the commands themselves. See `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from mouchard.cli import cli

HEAD = """# Commands

Written by `make docs` from the commands' own help. `mouchard COMMAND --help` says the same.
"""


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """The command and all those under it, with the context that knows their full names."""
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from commands(
                    inner, click.Context(inner, parent=context, info_name=name, **inner.context_settings)
                )


def every_command() -> Iterator[tuple[click.Command, click.Context]]:
    """All commands a person can type, `mouchard` itself first."""
    width = {"terminal_width": 100, "max_content_width": 100}
    return commands(cli, click.Context(cli, info_name="mouchard", **width, **cli.context_settings))


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    for command, context in every_command():
        parts.append(f"## {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(reference())
