#!/usr/bin/env python3
"""Compares every code point of these blocks with what Unidecode makes of it: the release that
`make oracle` brings, not the system's."""
import glob
import os
import subprocess
import sys

import limit

limit.start()
top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = glob.glob(os.path.join(top, "build/oracle/lib/python*/site-packages"))
if not glob.glob(os.path.join(top, "build/oracle/unidecode-*")):
    print("1..0 # SKIP there is no Unidecode to compare with: make oracle")
    sys.exit(0)
import unidecode  # noqa: E402

BLOCKS = [
    ("Latin-1 Supplement", 0x80, 0xFF),
    ("Latin Extended-A", 0x100, 0x17F),
    ("Latin Extended-B", 0x180, 0x24F),
    ("IPA Extensions", 0x250, 0x2AF),
    ("Spacing Modifier Letters", 0x2B0, 0x2FF),
    ("Combining Diacritical Marks", 0x300, 0x36F),
    ("Latin Extended Additional", 0x1E00, 0x1EFF),
    ("General Punctuation", 0x2000, 0x206F),
    ("Superscripts and Subscripts", 0x2070, 0x209F),
    ("Currency Symbols", 0x20A0, 0x20CF),
    ("Combining Marks for Symbols", 0x20D0, 0x20FF),
    ("Letterlike Symbols", 0x2100, 0x214F),
    ("Number Forms", 0x2150, 0x218F),
    ("Arrows, the first ten", 0x2190, 0x2199),
    ("Mathematical Operators", 0x2200, 0x22FF),
    ("Miscellaneous Technical", 0x2300, 0x23FF),
    ("Geometric Shapes", 0x25A0, 0x25FF),
    ("Miscellaneous Symbols", 0x2600, 0x26FF),
    ("Dingbats", 0x2700, 0x27BF),
    ("Latin ligatures", 0xFB00, 0xFB06),
    ("a variation selector", 0xFE0F, 0xFE0F),
    ("the byte order mark", 0xFEFF, 0xFEFF),
    ("Fullwidth ASCII", 0xFF01, 0xFF5E),
    ("the replacement character", 0xFFFD, 0xFFFD),
    ("a Japanese hyphen", 0x30A0, 0x30A0),
    ("Japanese marks", 0x30FB, 0x30FC),
    ("a mathematical tau", 0x1D6D5, 0x1D6D5),
    ("raised marks", 0x1F16A, 0x1F16C),
    ("a squared word", 0x1F19C, 0x1F19C),
    ("a squared word", 0x1F1A9, 0x1F1A9),
]

unit = os.path.join(top, os.environ.get("RC_BUILD", "build"), "tests/unit/transform/unaccent")
table = subprocess.run(
    [unit, "--table"] + ["%X-%X" % (first, last) for _, first, last in BLOCKS],
    stdout=subprocess.PIPE, check=True, text=True).stdout
ours = {}
for line in table.splitlines():
    code, text = line.split("\t", 1)
    ours[int(code, 16)] = text.encode("ascii").decode("unicode_escape")

failed = 0
for n, (name, first, last) in enumerate(BLOCKS, 1):
    wrong = [(c, ours.get(c), unidecode.unidecode(chr(c)))
             for c in range(first, last + 1)
             if ours.get(c) != unidecode.unidecode(chr(c))]
    print("%s %d - %s: %d code points" % ("not ok" if wrong else "ok", n, name, last - first + 1))
    for code, got, want in wrong:
        print("# U+%04X: %r, Unidecode has %r" % (code, got, want))
    failed += bool(wrong)
print("1..%d" % len(BLOCKS))
sys.exit(failed > 0)
