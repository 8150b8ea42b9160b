"""What is unreleased, what it weighs, and which version comes next."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generator.diff.rules.bump import Bump
from generator.document.document import Document
from generator.errors import RefusedError
from generator.release.api_comparison import Api
from generator.release.changelog import Changelog, add_release, read_changelog, weight
from generator.release.decision import decide, decide_first
from generator.release.numbers import Phase
from generator_support.documents import as_document, parcels

HEAD = "# Changelog\n\nWords.\n\n"
OLD = "## 0.3.0 (2031-06-01)\n\n- Old news.\n\n## 0.2.0 (2031-05-01)\n\n- Older news.\n"


def log_of(news: str = "") -> Any:
    return read_changelog(f"{HEAD}## Unreleased\n\n{news}\n{OLD}")


def later(version: str = "2031-08") -> dict[str, Any]:
    raw = parcels()
    raw["info"]["version"] = version
    raw["servers"] = [{"url": server["url"].replace("2031-05", version)} for server in raw["servers"]]
    return raw


def without_property(raw: dict[str, Any]) -> dict[str, Any]:
    """The same, with a property less in a response and its uses."""
    changed = copy.deepcopy(raw)
    del changed["components"]["schemas"]["Base"]["properties"]["code"]
    return changed


def api(*now: dict[str, Any], before: tuple[dict[str, Any], ...]) -> Api:
    documents: list[Document] = [as_document(raw) for raw in now]
    return Api(documents, {raw["info"]["version"]: as_document(raw).to_json() for raw in before})


class TestLog:
    def test_parts(self) -> None:
        log = log_of("- New.\n")
        assert log.unreleased == "- New."
        assert log.last_release == "0.3.0"

    def test_before_the_first_release(self) -> None:
        log = read_changelog(f"{HEAD}## Unreleased\n\n- New.\n\n## API versions\n\n### API 2031-08\n")
        assert (log.unreleased, log.last_release) == ("- New.", "")

    @pytest.mark.parametrize("text", ["", HEAD, HEAD + OLD, HEAD + OLD + "\n## Unreleased\n"])
    def test_without_an_unreleased_part_at_its_top(self, text: str) -> None:
        with pytest.raises(RefusedError, match="does not begin with the section"):
            read_changelog(text)

    def test_a_release_takes_what_is_unadd_release(self) -> None:
        text = add_release(log_of("- New.\n"), "0.4.0", "2031-08-20", ["API 2031-08."])
        assert text == (f"{HEAD}## Unreleased\n\n## 0.4.0 (2031-08-20)\n\n- API 2031-08.\n\n- New.\n\n{OLD}")
        assert read_changelog(text).last_release == "0.4.0"
        assert read_changelog(text).unreleased == ""

    @pytest.mark.parametrize(
        ("news", "step"),
        [
            ("", None),
            ("### Fixed\n", None),
            ("Words only.", Bump.PATCH),
            ("### Fixed\n\n- A fault.", Bump.PATCH),
            ("- A thing.", Bump.MINOR),
            ("### Fixed\n\n- A fault.\n\n### Added\n\n- A thing.", Bump.MINOR),
            ("- ⚠️ A thing is gone.\n- A thing.", Bump.MAJOR),
            ("### Fixed\n\n- ⚠️ It raises now.", Bump.MAJOR),
            ("* ⚠️ A list with asterisks.", Bump.MAJOR),
            ("- A thing.\n  - \u26a0 Indented, and the sign without its picture.", Bump.MAJOR),
            ("* A thing.", Bump.MINOR),
            ("<!-- - Write here. -->", None),
        ],
    )
    def test_weight_of_what_people_write(self, news: str, step: Bump | None) -> None:
        assert weight(news) == step

    def test_pre_releases_are_releases(self) -> None:
        log = read_changelog(add_release(log_of("- New."), "0.4.0rc1", "2031-08-20", []))
        assert log.releases == ("0.4.0rc1", "0.3.0", "0.2.0")
        assert (log.last_release, log.lines_of("0.4.0rc1"), log.lines_of("0.3.0")) == (
            "0.4.0rc1",
            "- New.",
            "- Old news.",
        )


class TestPreReleases:
    """0.4.0rc1 came after 0.3.0."""

    def log(self, news: str = "", candidate: str = "- ⚠️ Gone.") -> Changelog:
        return read_changelog(
            add_release(log_of(candidate), "0.4.0rc1", "2031-08-20", []).replace(
                "## Unreleased\n", f"## Unreleased\n\n{news}\n"
            )
        )

    same = staticmethod(lambda: api(parcels(), before=(parcels(),)))

    def test_the_next_one_counts_up(self) -> None:
        decision = decide(
            "0.4.0rc1", self.log("- A thing."), self.same(), phase=Phase.CANDIDATE, final_api=self.same()
        )
        assert (decision.version, decision.lines) == ("0.4.0rc2", ())
        assert decision.reasons[-1] == "Since 0.3.0, with the pre-releases, this is a major step."

    def test_nothing_new_makes_a_final_release_only(self) -> None:
        with pytest.raises(
            RefusedError, match=r"nothing to release.*or leave --pre out for the final release"
        ):
            decide("0.4.0rc1", self.log(), self.same(), phase=Phase.CANDIDATE, final_api=self.same())
        decision = decide("0.4.0rc1", self.log(), self.same(), final_api=self.same())
        assert (decision.version, decision.lines) == ("0.4.0", ("With everything of 0.4.0rc1, below.",))

    def test_what_breaks_on_the_way_raises_the_number_once(self) -> None:
        log = self.log("- ⚠️ Another thing is gone.", candidate="- A thing.")
        log = read_changelog(log.text.replace("0.4.0rc1", "0.3.1rc1"))
        decision = decide("0.3.1rc1", log, self.same(), phase=Phase.CANDIDATE, final_api=self.same())
        assert decision.version == "0.4.0rc1"

    def test_the_api_counts_from_the_final_release_and_its_lines_from_the_last_one(self) -> None:
        now = (parcels(), without_property(later()))
        log = read_changelog(self.log(candidate="- A thing.").text.replace("0.4.0rc1", "0.3.1rc1"))
        since_candidate, since_final = api(*now, before=now), api(*now, before=(parcels(),))
        decision = decide("0.3.1rc1", log, since_candidate, final_api=since_final)
        assert decision.version == "0.4.0"
        assert decision.lines == ("With everything of 0.3.1rc1, below.",)

    def test_the_first_release_may_be_one(self) -> None:
        assert decide_first("0.1.0", log_of("- All."), Phase.CANDIDATE).version == "0.1.0rc1"
        log = read_changelog(f"{HEAD}## Unreleased\n\n## 0.1.0rc1 (2031-05-01)\n\n- All.\n")
        decision = decide("0.1.0rc1", log, self.same())
        assert (decision.version, decision.lines) == ("0.1.0", ("With everything of 0.1.0rc1, below.",))

    def test_after_a_final_release(self) -> None:
        decision = decide("0.3.0", log_of("- A thing."), self.same(), phase=Phase.BETA)
        assert decision.version == "0.3.1b1"


class TestDecision:
    def test_the_first_release_keeps_its_version(self) -> None:
        assert decide_first("0.1.0", log_of("- All of it.")).version == "0.1.0"

    @pytest.mark.parametrize("news", ["", "### Fixed\n"])
    def test_nothing_to_release(self, news: str) -> None:
        with pytest.raises(RefusedError, match="There is nothing to release"):
            decide_first("0.1.0", log_of(news))
        with pytest.raises(RefusedError, match='Write what changed below "Unreleased"'):
            decide("0.3.0", log_of(news), api(parcels(), before=(parcels(),)))

    @pytest.mark.parametrize(
        ("version", "following"), [("0.3.0", "0.3.1"), ("1.3.0", "1.4.0"), ("2.0.5", "2.1.0")]
    )
    def test_a_new_version_of_the_api_that_breaks_nothing(self, version: str, following: str) -> None:
        decision = decide(version, log_of(), api(parcels(), later(), before=(parcels(),)))
        assert decision.version == following
        assert decision.lines == (
            "API 2031-08: [what changed](#api-2031-08), [how to move](docs/migration/2031-08.md).",
        )
        assert decision.reasons[0] == "API 2031-08 is new: no changes."

    @pytest.mark.parametrize(("version", "following"), [("0.3.0", "0.4.0"), ("1.3.0", "2.0.0")])
    def test_one_that_breaks(self, version: str, following: str) -> None:
        decision = decide(
            version,
            log_of("### Fixed\n\n- A fault."),
            api(parcels(), without_property(later()), before=(parcels(),)),
        )
        assert decision.version == following
        assert "breaking" in decision.reasons[0]

    def test_several_versions_at_once(self) -> None:
        now = (parcels(), without_property(later()), later("2031-11"))
        decision = decide("1.0.0", log_of(), api(*now, before=(parcels(),)))
        assert decision.version == "1.1.0"  # from the newest one of then to that of now nothing broke
        assert [line[:11] for line in decision.lines] == ["API 2031-11", "API 2031-08"]

    def test_a_correction_of_an_old_version(self) -> None:
        decision = decide("1.0.0", log_of(), api(without_property(parcels()), before=(parcels(),)))
        assert decision.version == "2.0.0"
        assert any(line.startswith("⚠️ API 2031-05, corrected: `") for line in decision.lines)

    def test_a_correction_of_words(self) -> None:
        changed = parcels()
        changed["info"]["description"] = "Other words."
        with pytest.raises(RefusedError, match="nothing to release"):
            decide("1.0.0", log_of(), api(changed, before=(parcels(),)))

    def test_a_version_that_is_gone_breaks(self) -> None:
        decision = decide("1.0.0", log_of(), api(later(), before=(parcels(), later())))
        assert decision.version == "2.0.0"
        assert decision.lines == ("⚠️ API 2031-05 is no longer in the package.",)

    def test_the_gravest_step_wins(self) -> None:
        decision = decide("1.0.0", log_of("- ⚠️ Gone."), api(parcels(), later(), before=(parcels(),)))
        assert decision.version == "2.0.0"
        assert decision.reasons[-1] == "So this is a major step."
