"""Remembers what the columns of your files mean: one list for each profile, in the folder of the config file.

It is a file of its own, so that `config.toml` holds settings and nothing else, and so that a file which comes
every day under another name needs its `--map` only once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from aftership_tracking.cli.exit_codes import USAGE
from aftership_tracking.cli.output import CommandError
from aftership_tracking.cli.settings.config_file import config_path
from aftership_tracking.recipes.atomic_file import replace_file

Names = dict[str, str]


def names_path() -> Path:
    """Return the path of the file."""
    return config_path().with_name("csv-columns.json")


def read_names(profile: str) -> Names:
    """Return what the columns of a profile mean; nothing if there is no file. Raises CommandError."""
    return dict(_read(names_path()).get(profile, {}))


def split_map(given: Iterable[str]) -> Names:
    """Read `NAME=MEANING` of the command line; an empty meaning forgets the name. Raises CommandError."""
    found: Names = {}
    for text in given:
        # The name of a column may hold `=`; what it means does not.
        name, equals, meaning = text.rpartition("=")
        if not equals or not name:
            raise CommandError(f"--map '{text}' must be NAME=MEANING, such as 'Order No=order_id'.", USAGE)
        found[name] = meaning.strip()
    return found


def remember(profile: str, names: Mapping[str, str]) -> Path:
    """Store names, beside those that are there; an empty meaning removes one. Returns the path.

    Raises CommandError if the file cannot be read or written.
    """
    path = names_path()
    content = _read(path)
    changed = {**content.get(profile, {}), **names}
    content[profile] = {name: meaning for name, meaning in changed.items() if meaning}
    if not content[profile]:
        del content[profile]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    return path


def _read(path: Path) -> dict[str, Names]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", USAGE) from None
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and all(
        isinstance(names, dict) and all(isinstance(each, str) for each in names.values())
        for names in content.values()
    ):
        return content
    raise CommandError(f"{path} is damaged.", USAGE, hint="Remove it, and give --map again.")
