"""The words of pages. One language so far: every visible string passes here, so that another can be added."""

from __future__ import annotations

from gettext import NullTranslations

translations = NullTranslations()
_ = translations.gettext
ngettext = translations.ngettext

__all__ = ["_", "ngettext", "translations"]
