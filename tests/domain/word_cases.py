"""How many words a text has: one table for the portal (test_progress) and for the script (browser/test_sections)."""

CASES = {
    "": 0,
    "   ": 0,
    "one": 1,
    " one  two\tthree\nfour\r\nfive ": 5,
    "state-of-the-art": 1,
    "it’s the firm's own": 4,
    "a – b": 3,
    "12,000.50 GBP (about)": 3,
    "no\u00a0break\u202fspaces": 3,
    "thin\u2009and\u200awide\u3000gaps": 4,
    "zero\u200bwidth joins": 2,
    "\ufeffmark": 1,
    "next\u0085line": 1,
    "\x1cfile\x1fsigns": 1,
    "日本語 の 文": 3,
    "emoji 👩🏽\u200d🔬 counts": 3,
    "line\u2028and\u2029paragraph": 3,
    "ogham\u1680space": 2,
    "Ünïcödé Łódź": 2,
}
