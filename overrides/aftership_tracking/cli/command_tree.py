"""A group whose commands are imported when they are called, and that says what was probably meant."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from aftership_tracking.cli.exit_codes import FAILED, INTERRUPTED
from aftership_tracking.cli.failures import report, wants_json

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}
PLAIN: dict[str, Any] = {
    "add_completion": False,
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "context_settings": HELP_OPTIONS,
}
"""What all groups of commands have in common, as arguments of `typer.Typer`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the help, and where its command comes from."""

    help: str
    source: str
    """`module:name` of a function, or of a `typer.Typer`."""
    shared: tuple[str, ...] = ()
    """The groups of shared options that the command takes: `connection`, `output`."""


class LazyGroup(TyperGroup):
    """Its entries are known by name; a command is imported when it is called, never for the help."""

    sections: ClassVar[Mapping[str, Mapping[str, Entry]]] = {}
    """The commands of each section of the help."""

    def entries(self) -> dict[str, Entry]:
        """All entries by name, also those that the help does not show."""
        return {name: entry for section in self.sections.values() for name, entry in section.items()}

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """The names that the help shows."""
        return list(self.entries())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Import a command; None if there is none."""
        entry = self.entries().get(cmd_name)
        return None if entry is None else load(cmd_name, entry)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the sections of the help."""
        width = max((len(name) for name in self.list_commands(ctx)), default=0)
        for title in self.sections:
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), text) for name, text in self.rows(title).items()])

    def rows(self, title: str) -> dict[str, str]:
        """The lines of a section of the help."""
        return {name: entry.help for name, entry in self.sections[title].items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of a command line."""
        # The library looks for similar names among the commands that are loaded.
        name = args[0]
        if not name.startswith("-") and not ctx.resilient_parsing and self.get_command(ctx, name) is None:
            ctx.fail(f"No such command '{name}'{did_you_mean(name, self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


class RootGroup(LazyGroup):
    """The command `aftership` itself: it reports what went wrong, and leaves with the exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002 - errors are always reported here
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line, and leave."""
        arguments = list(sys.argv[1:] if args is None else args)
        as_json = wants_json(arguments)
        code = self._run(
            as_json,
            lambda: super(LazyGroup, self).main(
                arguments, prog_name, complete_var, False, windows_expand_args, **extra
            ),
        )
        sys.exit(code)

    def _run(self, as_json: bool, run: Callable[[], Any]) -> int:
        try:
            result = run()
            # Else the interpreter does it at its end, and complains about a reader that has left.
            sys.stdout.flush()
        except BrokenPipeError:
            _silence_output()
            return FAILED
        except (KeyboardInterrupt, typer.Abort):
            # A prompt that was left makes the second.
            return INTERRUPTED
        except Exception as error:
            code = report(error, as_json=as_json)
            if code is None:
                raise
            return code
        # `typer.Exit` comes back as its code.
        return result if isinstance(result, int) else 0


class Command(TyperCommand):
    """A command whose help shows the shared options apart."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, options, and the options of many commands."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], COMMON: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                sections[_section(parameter)].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


COMMON = "Common options"


def _section(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return "Arguments"
    # The shared ones give their value to nobody by name.
    return "Options" if parameter.expose_value or "--help" in parameter.opts else COMMON


def load(name: str, entry: Entry) -> Any:
    """Import what an entry names, as a command."""
    module, _, attribute = entry.source.partition(":")
    target = getattr(import_module(module), attribute)
    if not isinstance(target, typer.Typer):
        function, target = target, typer.Typer(**PLAIN)
        target.command(name, cls=Command)(function)
    command = typer.main.get_command(target)
    command.name = name
    if entry.shared:
        from aftership_tracking.cli.shared_options import add_shared

        add_shared(command, entry.shared)
    return command


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """The end of a sentence about a name that does not exist."""
    from difflib import get_close_matches

    found = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean '{found[0]}'?" if found else "."


def _silence_output() -> None:
    """The reader of the output has left, as `head` does: nothing more is written, not even a complaint."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        # A stream without a number, as tests have.
        pass
    finally:
        os.close(nowhere)
