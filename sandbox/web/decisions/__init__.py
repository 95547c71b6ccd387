"""The decisions column: drafting, signing and issuing one authority's act, the joint notice, and their documents."""

from sandbox.web.decisions import drafting, files, signing
from sandbox.web.decisions.blueprint import blueprint

__all__ = ["blueprint", "drafting", "files", "signing"]
