"""The outside world behind plain functions: files, mail, documents, signatures.

Adapters know neither HTTP nor tables.
"""
