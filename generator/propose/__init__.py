"""Drafts the overlay of a new version from somebody's OpenAPI document of it."""

from generator.propose.draft import Draft, draft_overlay
from generator.propose.policy import Policy

__all__ = ["Draft", "Policy", "draft_overlay"]
