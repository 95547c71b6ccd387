"""Decisions: one act an authority, its documents, and the joint notice over them."""
