"""Every Python sample of the pages says where it starts, passes a strict type checker, and runs.

pyright reads the same modules, and the examples, against the installed wheel: `tests/project/check_wheel`.
Commands of pages are run by `test_page_commands.py`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from markdown_it import MarkdownIt

from docs_support.pages import (
    CONTINUES_ABOVE,
    CONTINUES_FIRST,
    ROOT,
    Program,
    Sample,
    pages,
    read_blocks,
    read_programs,
    read_samples,
    write_modules,
)
from docs_support.running import Task, run_programs
from docs_support.type_checker import check_types
from export_support.exported import NEWEST, text
from generator.export.documents import Target
from limit_support import running_redis

pytestmark = pytest.mark.pages

# Samples that say they are not run, as page and reason.
NOT_RUN: list[tuple[str, str]] = []
# Programs that contain this are run by another test, which has more than this one.
RUN_ELSEWHERE = {
    "import dlt\n": "tests/data_out/test_docs_data_out.py",
    "import pandas\n": "tests/data_out/test_docs_data_out.py",
    "import polars\n": "tests/data_out/test_docs_data_out.py",
    "from mcp import": "tests/mcp_server/test_docs_mcp.py",
    "serve_forever()": "tests/project/test_page_commands.py",
}
# What a page says that programs print.
PRINTS = {
    "README.md": ["created Pending", "Delivered", "code 4004"],
    "docs/couriers.md": [
        "dhl DHL Express",
        "('destination_postal_code',)",
        "2020-02-25 recorded ('tracking_key',) ()",
        "Source(seen='20",
        "['usps', 'ups', 'fedex']",
    ],
    "docs/observing.md": ["get-couriers"],
    "docs/reading.md": [
        "2 events",
        "False",
        "(not sent) []",
        "['id', 'note', 'slug', 'tracking_number']",
        "Picked up by the customer",
    ],
    "docs/webhook-reference.md": ["tracking_update InTransit", "200", "aftership"],
    "docs/webhooks.md": ["tracking_update"],
    "docs/writing.md": ["delivered at"],
}
# Languages of code blocks. Another name of one that is run would be overlooked.
LANGUAGES = {"", "console", "ini", "js", "json", "mermaid", "python", "sh", "text", "toml", "ts", "yaml"}
# Pages whose blocks another test runs, or that have none to run.
READ_ELSEWHERE = {
    r"CHANGELOG\.md$": "it has no programs",
    r"\.github/": "forms",
    r"docs/migration/|generated/": "made by the generator",
    r"examples/": "tests/examples, tests/oauth/test_partner_app_command.py",
    r"tests/": "data of tests",
}
# Where pages say how to run their samples.
HOW = "samples.md"


def test_samples_and_examples_pass_mypy(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    modules = write_modules(tmp_path)
    assert len(modules) >= 80
    done = check_types(pytestconfig, "mypy-of-pages", *modules, ROOT / "examples")
    assert done.returncode == 0, done.stdout + done.stderr
    # The same run refuses a wrong type, and names the line of the page.
    page = ROOT / "docs" / "reading.md"
    line = next(n for n, one in enumerate(page.read_text("utf-8").splitlines(), 1) if "limit=200" in one)
    of_page = [module for module in modules if module.name.startswith("page_docs_reading_")]
    planted = next(module for module in of_page if "limit=200" in module.read_text("utf-8"))
    planted.write_text(planted.read_text("utf-8").replace("limit=200", 'limit="200"'), "utf-8")
    done = check_types(pytestconfig, "mypy-of-pages", planted)
    assert f'{planted.name}:{line}: error: Argument "limit"' in done.stdout


# ---- Where a sample starts ---------------------------------------------------------------------------------


def undefined_names(samples: dict[str, str], folder: Path) -> dict[str, set[str]]:
    """The names that each module uses and does not define, by the name of the module."""
    for name, code in samples.items():
        (folder / f"{name}.py").write_text(code, "utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821,E9"]
    done = subprocess.run(
        [*command, "--output-format", "json", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, set[str]] = defaultdict(set)
    for each in json.loads(done.stdout):
        found[Path(each["filename"]).stem].add(re.sub(r"Undefined name `(\w+)`.*", r"\1", each["message"]))
    return found


def wrong_starts(samples: list[Sample], folder: Path) -> list[str]:
    """Samples that use names of another one without a word, or say that they do and do not."""
    by_name = {f"sample_{number}": sample for number, sample in enumerate(samples)}
    missing = undefined_names({name: sample.code for name, sample in by_name.items()}, folder)
    return [
        f"{sample.page}:{sample.line}: "
        + (
            f"names of another block: {missing[name]}"
            if missing[name]
            else "nothing of another block is used"
        )
        for name, sample in by_name.items()
        if (sample.continues is None) is bool(missing[name])
    ]


def test_a_sample_says_if_it_continues_another_one(tmp_path: Path) -> None:
    samples = [sample for page in pages() for sample in read_samples(page)]
    assert len(samples) >= 90
    (tmp_path / "all").mkdir()
    assert wrong_starts(samples, tmp_path / "all") == []
    # It can fail.
    page = tmp_path / "planted.md"
    page.write_text(
        "```python\nclient = 1\n```\n\n```python\nprint(client)\n```\n\n"
        f"```python\n{CONTINUES_ABOVE}\nother = 2\n```\n"
    )
    (tmp_path / "planted").mkdir()
    assert wrong_starts(read_samples(page), tmp_path / "planted") == [
        "planted.md:5: names of another block: {'client'}",
        "planted.md:9: nothing of another block is used",
    ]


def test_what_a_sample_continues_has_the_names(tmp_path: Path) -> None:
    """A whole program has no undefined name; mypy says so too, of each name."""
    programs = [program for page in pages() for program in read_programs(page)]
    assert undefined_names({program.name: program.text for program in programs}, tmp_path) == {}


def test_programs_are_made_of_the_blocks_that_belong_together(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\na = 1\n```\n"
        f"```python\n{CONTINUES_ABOVE}\nb = a\n```\n"
        "`````{tab-set}\n````{tab-item} Python\n```python\nc = 3\n```\n````\n`````\n"
        f"```python\n{CONTINUES_FIRST}\nd = a\n```\n"
    )
    assert [[sample.line for sample in each.samples] for each in read_programs(page)] == [
        [1, 4],
        [10],
        [1, 15],
    ]
    page.write_text(f"```python\n{CONTINUES_FIRST}\n```\n")
    with pytest.raises(ValueError, match="no Python block above"):
        read_programs(page)


def test_what_is_said_to_be_printed_is_found() -> None:
    page = "```python\nprint(1)\n```\n\nIt prints `1`, and prints `2`.\n\n```python\n```\nIt prints `3`.\n"
    assert said_to_be_printed(page, 1) == ["1", "2"]


def languages(text: str) -> Counter[str]:
    """The languages of a page's code blocks, read by a parser of Markdown: in quotes and lists, too."""
    found: Counter[str] = Counter()
    for token in MarkdownIt("commonmark").parse(text):
        info = token.info.strip()
        if token.type == "fence" and info.startswith("{"):
            found += languages(token.content)
        elif token.type == "fence":
            found[info.split()[0] if info else ""] += 1
    return found


def overlooked(page: Path) -> list[str]:
    """Languages whose blocks are not all found, and those that are another name of one that is run."""
    written = languages(page.read_text("utf-8"))
    read = Counter(block.language for block in read_blocks(page))
    return sorted(
        {
            *(language for language in written if written[language] != read[language]),
            *(written.keys() - LANGUAGES),
        }
    )


def test_no_sample_is_overlooked(tmp_path: Path) -> None:
    assert [(page.name, found) for page in pages() if (found := overlooked(page))] == []
    found = {page.relative_to(ROOT).as_posix() for page in pages()}
    known = re.compile("|".join(READ_ELSEWHERE))
    written = set(subprocess.check_output(["git", "ls-files", "*.md"], cwd=ROOT, text=True).split())
    assert len(written) > 60
    assert {page for page in written - found if not known.match(page)} == set()
    # It can fail.
    page = tmp_path / "page.md"
    for planted, language in (
        ("```py\n1\n```\n", "py"),
        ("~~~python3\n1\n~~~\n", "python3"),
        ("> ```python\n> 1\n> ```\n", "python"),
        ("```shell\ntrue\n```\n", "shell"),
        ("```Python\n1\n```\n", "Python"),
    ):
        page.write_text(planted)
        assert overlooked(page) == [language]
    page.write_text("~~~python\n1\n~~~\n")
    assert len(read_samples(page)) == 1


def test_samples_that_are_not_run() -> None:
    marked = [(one.page, one.not_run) for page in pages() for one in read_samples(page) if one.not_run]
    assert marked == NOT_RUN


def test_samples_do_not_guard_what_is_always_sent() -> None:
    always = "id|tag|tracking_number|checkpoints|created_at"
    guard = re.compile(rf"assert \w+(\.tracking)?\.({always})\b *($|#|is not)", re.MULTILINE)
    texts = [page.read_text("utf-8") for page in pages()]
    texts += [example.read_text("utf-8") for example in (ROOT / "examples").rglob("*.py")]
    assert [found.group() for text in texts for found in guard.finditer(text)] == []


def names_the_service(page: Path) -> list[str]:
    return [f"{one.page}:{one.line}" for one in read_blocks(page) if "api.aftership.com" in one.code]


def test_no_block_names_the_real_service(tmp_path: Path) -> None:
    """Clients and commands call it when nobody says otherwise, so no page needs its address in code."""
    assert [found for page in pages() for found in names_the_service(page)] == []
    page = tmp_path / "page.md"
    page.write_text("By default `https://api.aftership.com`.\n\n```sh\ncurl https://api.aftership.com\n```\n")
    assert names_the_service(page) == ["page.md:3"]


def says_how(page: str, line: int) -> bool:
    """Whether a page tells how to run a sample that calls the mock: by a link above its line, or itself."""
    above = "\n".join(page.splitlines()[:line])
    return HOW in above or ("aftership mock" in page and "AFTERSHIP_BASE_URL" in page)


def test_a_page_that_does_not_say_how_is_found() -> None:
    sample = "```python\nAfterShip()\n```\n"
    assert says_how(f"[The mock]({HOW})\n\n{sample}", 3)
    assert says_how(f"{sample}\nFirst `aftership mock`, and `AFTERSHIP_BASE_URL`.", 1)
    assert not says_how(f"{sample}\n[The mock]({HOW})\n", 1)


# ---- Running them ------------------------------------------------------------------------------------------

PLANTED = {
    "wrong": "assert 1 == 2",
    "warns": "import warnings\nwarnings.warn('old')",
    "ends": "raise SystemExit(3)",
    "fails_a_test": "def test_it():\n    assert 1 == 2",
    "calls_the_service": (
        "from aftership_tracking import AfterShip\n"
        "AfterShip(base_url='https://api.example.com', max_retries=0).couriers.list()"
    ),
    "hides_it": (
        "import contextlib, socket\n"
        "with contextlib.suppress(OSError):\n    socket.create_connection(('192.0.2.1', 443))"
    ),
    "in_a_child": (
        "import subprocess, sys\n"
        "subprocess.call([sys.executable, '-c', 'import socket\\n"
        'try: socket.getaddrinfo("example.com", 80)\\nexcept OSError: pass\'])'
    ),
    "without_an_environment": (
        "import subprocess\n"
        "subprocess.run(['aftership', 'ping'], capture_output=True, env={'AFTERSHIP_API_KEY': 'k',"
        " 'PATH': __import__('os').environ['PATH'], 'AFTERSHIP_BASE_URL': 'https://api.example.com'})"
    ),
}


def what_readers_have(program: Program) -> tuple[dict[str, str], dict[str, bytes]]:
    """Variables and files that the text of a page names beside its samples."""
    variables, files = {}, {}
    if "MY_SECRET" in program.text:
        variables["MY_SECRET"] = "asek_of_the_environment"
    if "private.pem" in program.text:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        files["private.pem"] = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    if "models.json" in program.text:
        files["models.json"] = text(NEWEST, Target.JSONSCHEMA).encode()
    return variables, files


def said_to_be_printed(page: str, line: int) -> list[str]:
    """What a page says below the block that begins at a line, as in: It prints `created Pending`."""
    below = "\n".join(page.splitlines()[line:]).partition("\n```\n")[2]
    return re.findall(r"\bprints (?:is )?`([^`]+)`", re.split(r"\n *`{3,}python|\n## ", below)[0])


def test_every_program_runs(tmp_path: Path) -> None:
    """In one process, because a start of Python costs more than most of them."""
    tasks: list[Task] = []
    where: dict[str, Program] = {}
    with ExitStack() as stack:
        redis = ""
        if shutil.which("redis-server") or os.environ.get("CI") == "true":
            redis = stack.enter_context(running_redis())
        for program in (program for page in pages() for program in read_programs(page)):
            if any(mark in program.text for mark in RUN_ELSEWHERE) or program.samples[-1].not_run:
                continue
            if "redis://127.0.0.1:6379/0" in program.text and not redis:
                continue
            variables, files = what_readers_have(program)
            code = program.text.replace("redis://127.0.0.1:6379/0", redis)
            # The section that tells how to run samples tells how to add some trackings, too.
            count = 3 if HOW in (ROOT / program.page).read_text("utf-8") else 0
            tasks.append(
                Task(name=program.name, text=code, variables=variables, files=files, trackings=count)
            )
            where[program.name] = program
        assert len(tasks) >= 75
        planted = [Task(name=f"planted_{name}", text=code) for name, code in PLANTED.items()]
        reports = run_programs([*tasks, *planted], tmp_path)

    wrong = [f"{name}\n{reports[name].trouble}" for name in where if reports[name].trouble]
    assert wrong == [], "\n\n".join(wrong)

    printed: dict[str, str] = defaultdict(str)
    count_said = 0
    for name, program in where.items():
        printed[program.page] += reports[name].stdout
        said = said_to_be_printed((ROOT / program.page).read_text("utf-8"), program.samples[-1].line)
        count_said += len(said)
        for part in said:
            assert part in reports[name].stdout, f"{name} prints something else:\n{reports[name].stdout}"
    assert count_said >= 3
    for page, expected in PRINTS.items():
        assert [part for part in expected if part not in printed[page]] == [], printed[page]

    for name, program in where.items():
        if reports[name].requests and "http://127.0.0.1:4010" not in program.text:
            text_of_page = (ROOT / program.page).read_text("utf-8")
            assert says_how(text_of_page, program.samples[0].line), f"{program.page} does not link to {HOW}"

    # Each kind of trouble is found.
    trouble = {name: reports[f"planted_{name}"].trouble for name in PLANTED}
    assert "AssertionError" in trouble["wrong"]
    assert "UserWarning: old" in trouble["warns"]
    assert trouble["ends"] == "the program ended with 3"
    assert "1 failed" in trouble["fails_a_test"]
    assert "it tried to reach api.example.com" in trouble["calls_the_service"]
    assert trouble["hides_it"] == "it tried to reach 192.0.2.1"
    assert trouble["in_a_child"] == "it tried to reach example.com"
    assert "it tried to reach api.example.com" in trouble["without_an_environment"]


def test_what_is_run_elsewhere_is_there() -> None:
    texts = [program.text for page in pages() for program in read_programs(page)]
    for mark, test in RUN_ELSEWHERE.items():
        assert any(mark in text for text in texts)
        assert (ROOT / test).is_file()
