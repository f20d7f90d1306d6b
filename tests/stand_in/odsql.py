"""The part of ODSQL, the portal's query language, that a where, order_by or select needs.

A where clause is compiled to a function from a record's fields to true or false.  A comparison
with a field that is null or missing is false, whatever the operator; `not` is the plain opposite.
"""

import collections
import datetime as dt
import functools
import operator
import re
from typing import Any, Callable, Iterable

Fields = dict[str, Any]
Test = Callable[[Fields], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<date>date\s*(?:'[^']*'|"[^"]*"))
          |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
          |(?P<number>-?\d+(?:\.\d+)?)
          |(?P<name>[A-Za-z_]\w*|`[^`]+`)
          |(?P<symbol>!=|>=|<=|[=<>(),*])
          |(?P<end>$))""", re.VERBOSE | re.IGNORECASE)
COMPARE = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
           ">": operator.gt, ">=": operator.ge}
KEYWORDS = {"and", "or", "not", "in", "is", "null", "like", "search", "asc", "desc", "as", "true",
            "false"}


class ODSQLError(Exception):
    """A clause the portal would answer with status 400."""


@functools.lru_cache(maxsize=65536)
def instant(text: str) -> float:
    """The instant of a date, or a date with a time, in seconds; ValueError if it is neither.

    A date is its midnight, a year or a month its first day, no time zone is UTC.
    """
    if re.fullmatch(r"\d{4}(-\d\d)?", text):
        text = (text + "-01-01")[:10]
    moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.timezone.utc)
    return moment.timestamp()


def type_of(values: Iterable[Any]) -> str:
    """The portal's name for the type that most of values have."""
    kinds = collections.Counter(map(kind_of, values))
    if kinds["double"]:
        kinds["double"] += kinds.pop("int", 0)
    return kinds.most_common(1)[0][0] if kinds else "text"


def kind_of(value: Any) -> str:
    """The type of one value."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "double"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "date"
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:", value):
        return "datetime"
    return "text"


def value_of(kind: str, value: Any) -> Any:
    """A value as it is compared: dates as instants, numbers as numbers, all else as text."""
    if kind in ("date", "datetime"):
        return instant(value)
    if kind in ("int", "double"):
        return float(value)
    if kind == "boolean":
        return str(value).lower() == "true"
    return value if isinstance(value, str) else str(value)


def values_in(fields: Fields, name: str, kind: str) -> list:
    """A field's values, as they are compared: none where it is null, several in an array.

    A value that is not of the field's type counts as none, so that tests may serve odd data.
    """
    value = fields.get(name)
    found = []
    for one in value if isinstance(value, list) else [value]:
        try:
            if one is not None:
                found.append(value_of(kind, one))
        except (TypeError, ValueError):
            pass
    return found


def unquoted(text: str) -> str:
    """What a text literal stands for."""
    return re.sub(r"\\(.)", r"\1", text[1:-1])


class Clause:
    """One clause's tokens, and the types of the fields it may name."""

    def __init__(self, clause: str, text: str, types: dict[str, str]):
        self.clause = clause
        self.types = types
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while not self.tokens or self.tokens[-1][0] != "end":
            match = TOKEN.match(text, place)
            if match is None:
                self.fail(f"Syntax error at position {place}: {text[place:place + 20]!r}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            place = match.end()
        self.tokens.reverse()

    def fail(self, what: str):
        """Raise the error in the portal's words."""
        raise ODSQLError(f"ODSQL query is malformed: {what}. "
                         f"Clause(s) containing the error(s): {self.clause}.")

    def next_is(self, *words: str) -> bool:
        """Whether the next token is one of these keywords or symbols; then it is consumed."""
        kind, text = self.tokens[-1]
        if kind in ("name", "symbol") and text.lower() in words:
            self.tokens.pop()
            return True
        return False

    def expect(self, word: str):
        """Consume this keyword or symbol."""
        if not self.next_is(word):
            self.fail(f"{word!r} expected, {self.tokens[-1][1]!r} found")

    def take(self, *kinds: str) -> tuple[str, str]:
        """Consume a token of one of these kinds."""
        if self.tokens[-1][0] not in kinds:
            self.fail(f"{' or '.join(kinds)} expected, {self.tokens[-1][1]!r} found")
        return self.tokens.pop()

    def end(self):
        """All has to be consumed."""
        if self.tokens[-1][0] != "end":
            self.fail(f"{self.tokens[-1][1]!r} not expected")

    def field(self) -> str:
        """Consume the name of a field that exists."""
        name = self.take("name")[1]
        if name.lower() in KEYWORDS:
            self.fail(f"field expected, {name!r} found")
        name = name.strip("`")
        if name not in self.types:
            self.fail(f"Unknown field: {name}")
        return name

    def literal(self, kind: str) -> Any:
        """Consume a literal that is to be compared with a field of that type."""
        if kind == "boolean" and self.tokens[-1][1].lower() in ("true", "false"):
            return self.tokens.pop()[1].lower() == "true"
        token, text = self.take("date", "text", "number")
        if token == "date":
            text = text[4:].strip()[1:-1]
            if kind not in ("date", "datetime"):
                self.fail(f"date'{text}' cannot be compared with a field of type {kind}")
        elif token == "text":
            text = unquoted(text)
        try:
            return value_of(kind, text)
        except ValueError:
            self.fail(f"{text!r} is no {kind}")

    def words(self) -> str:
        """Consume a text to search for."""
        return unquoted(self.take("text")[1]).casefold()

    # The grammar, from the loosest operator to the tightest.

    def disjunction(self) -> Test:
        """A or B or ..."""
        tests = [self.conjunction()]
        while self.next_is("or"):
            tests.append(self.conjunction())
        return tests[0] if len(tests) == 1 else lambda fields: any(t(fields) for t in tests)

    def conjunction(self) -> Test:
        """A and B and ..."""
        tests = [self.negation()]
        while self.next_is("and"):
            tests.append(self.negation())
        return tests[0] if len(tests) == 1 else lambda fields: all(t(fields) for t in tests)

    def negation(self) -> Test:
        """not A, (A) or a single condition."""
        if self.next_is("not"):
            test = self.negation()
            return lambda fields: not test(fields)
        if self.next_is("("):
            test = self.disjunction()
            self.expect(")")
            return test
        if self.next_is("search"):
            return self.search()
        return self.condition()

    def search(self) -> Test:
        """search([*|FIELD,...,] "words"): the words, somewhere in one of the fields."""
        self.expect("(")
        names = []
        while self.tokens[-1][0] != "text":
            if not self.next_is("*"):
                names.append(self.field())
            self.expect(",")
        wanted = self.words()
        self.expect(")")
        return lambda fields: any(wanted in value.casefold() for name in names or fields
                                  for value in values_in(fields, name, "text"))

    def condition(self) -> Test:
        """FIELD compared with something."""
        name = self.field()
        kind = self.types[name]

        if self.next_is("is"):
            if self.next_is("not"):
                self.expect("null")
                return lambda fields: fields.get(name) is not None
            self.expect("null")
            return lambda fields: fields.get(name) is None

        negative = self.next_is("not")
        if self.next_is("like"):
            part = self.words()
            return self.any_value(name, "text", lambda value: part in value.casefold(), negative)
        if self.next_is("in"):
            self.expect("(")
            choices = [self.literal(kind)]
            while self.next_is(","):
                choices.append(self.literal(kind))
            self.expect(")")
            return self.any_value(name, kind, lambda value: value in choices, negative)

        if negative or self.tokens[-1][1] not in COMPARE:
            self.fail(f"operator expected, {self.tokens[-1][1]!r} found")
        compare = COMPARE[self.tokens.pop()[1]]
        limit = self.literal(kind)
        return self.any_value(name, kind, lambda value: compare(value, limit), False)

    @staticmethod
    def any_value(name: str, kind: str, holds: Callable[[Any], bool], negative: bool) -> Test:
        """A test that one of the field's values passes, or, if negative, that none does."""
        def test(fields: Fields) -> bool:
            return any(map(holds, values_in(fields, name, kind))) != negative
        return test


def compile_where(text: str, types: dict[str, str]) -> Test:
    """The test that a where clause stands for."""
    clause = Clause("where", text, types)
    try:
        test = clause.disjunction()
    except RecursionError:
        clause.fail("too many levels")
    clause.end()
    return test


def compile_order(text: str, types: dict[str, str]) -> list[tuple[Callable[[Fields], tuple], bool]]:
    """The sort keys of an order_by clause, the first one counting most, each with "descending".

    Null comes last in both directions.
    """
    def key(name: str, kind: str, descending: bool) -> Callable[[Fields], tuple]:
        def of(fields: Fields) -> tuple:
            values = values_in(fields, name, kind)
            return (bool(values) == descending, values[0] if values else None)
        return of

    clause = Clause("order_by", text, types)
    keys = []
    while not keys or clause.next_is(","):
        name = clause.field()
        descending = clause.next_is("desc")
        if not descending:
            clause.next_is("asc")
        keys.append((key(name, types[name], descending), descending))
    clause.end()
    return keys


def compile_select(text: str, types: dict[str, str]) -> list[tuple[str, str]]:
    """The fields of a select clause, each with the name it is given."""
    clause = Clause("select", text, types)
    chosen: list[tuple[str, str]] = []
    while not chosen or clause.next_is(","):
        if clause.next_is("*"):
            chosen += [(name, name) for name in types]
            continue
        name = clause.field()
        chosen.append((name, clause.take("name")[1].strip("`") if clause.next_is("as") else name))
    clause.end()
    return chosen
