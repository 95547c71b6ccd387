"""Changes of the tables, in order. How to write one is in README.md beside this file."""
