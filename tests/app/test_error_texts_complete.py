"""Whatever the core can say to an artist is known to `app.error_texts`, and so to translators."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.error_texts import BARE_FRAME, PHRASES, SENTENCES

ROOT = Path(__file__).parents[2]
# What no window says: the import contracts forbid it, there is no window, or, where the taxonomy is
# damaged, `TagsController` says it in a sentence of its own.
UNHEARD = (
    "core/training/", "core/synthetic/", "core/evaluation/", "core/dataset/",
    "app/cli/", "app/error_texts/", "app/window/startup.py",
)  # fmt: skip
# Names that carry a sentence, or a part of one, from one function to the next.
SENTENCE_NAMES, PHRASE_NAMES = {"sentence", "text"}, {"what", "fault"}
GAP = re.compile(r"\{\w*\}")
ESCAPED_GAP = re.compile(r"\\\{\w*\\\}")


@dataclass(frozen=True)
class Said:
    """A text, with `{}` for what is put into it, and where it stands."""

    text: str
    place: str


@dataclass(frozen=True)
class Source:
    place: str
    tree: ast.Module


def skeleton(text: str) -> str:
    """Without what stands in its gaps, and without an end that is put on later."""
    return GAP.sub("{}", text).removesuffix("{}").strip(" .")


def sources(*folders: str) -> list[Source]:
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if not place.startswith(UNHEARD):
                found.append(Source(place, ast.parse(path.read_text(encoding="utf-8"))))
    return found


def texts(node: ast.expr | None) -> list[str]:
    """Every text that an expression can be; none where it is not written out there."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(p.value if isinstance(p, ast.Constant) else "{}" for p in parts)]
        case ast.IfExp(body=one, orelse=other):
            return texts(one) + texts(other)
        case ast.BoolOp(values=choices):
            return [text for choice in choices for text in texts(choice)]
        case ast.Dict(values=values):
            return [text for value in values for text in texts(value)]
    return []


def name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_passed_on(node: ast.expr | None) -> bool:
    """Whether it is somebody else's sentence: a name for one, or `str(error)`."""
    if isinstance(node, ast.Call) and name_of(node.func) == "str":
        return True
    return node is not None and name_of(node) in SENTENCE_NAMES


def error_classes(of: list[Source]) -> set[str]:
    """`KomaError` and all that inherit from it."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for source in of
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"KomaError"}
    while more := {name for name, parents in bases.items() if parents & known} - known:
        known |= more
    return known


def carriers(of: list[Source]) -> dict[str, list[str]]:
    """The parameters of each function that passes a sentence or a phrase on."""
    found = {}
    for source in of:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef):
                names = [a.arg for a in node.args.args if a.arg not in ("self", "cls")]
                if PHRASE_NAMES.intersection(names) or "sentence" in names:
                    found[node.name] = names
    return found


def arguments(call: ast.Call, parameters: list[str]) -> Iterator[tuple[str, ast.expr]]:
    yield from zip(parameters, call.args, strict=False)
    yield from ((k.arg, k.value) for k in call.keywords if k.arg)


def sentences_of(of: list[Source], errors: set[str]) -> Iterator[Said]:
    """What errors are made with."""
    for source in of:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and name_of(node.func) in errors:
                place = f"{source.place}:{node.lineno}"
                first = node.args[0] if node.args else None
                written = texts(first)
                yield from (Said(text, place) for text in written)
                if not written and not is_passed_on(first):
                    yield Said(f"<cannot be read: {ast.unparse(node)[:60]}>", place)


def carried(of: list[Source], wanted: set[str]) -> Iterator[Said]:
    """What is written where a function takes one of the wanted names, or is given such a name."""
    parameters = carriers(of)
    for source in of:
        for node in ast.walk(source.tree):
            bound: list[tuple[str, ast.expr]] = []
            if isinstance(node, ast.Call):
                bound = list(arguments(node, parameters.get(name_of(node.func), [])))
            elif isinstance(node, ast.Assign):
                bound = [
                    (name_of(target).strip("_").lower(), node.value) for target in node.targets
                ]
            for name, value in bound:
                if name in wanted:
                    place = f"{source.place}:{getattr(node, 'lineno', 0)}"
                    yield from (Said(text, place) for text in texts(value) if text.strip())


def constants_of(of: list[Source]) -> Iterator[Said]:
    """Notes on what was left out, and reasons why a file was not saved."""
    for source in of:
        for node in source.tree.body:
            if isinstance(node, ast.Assign):
                name = name_of(node.targets[0])
                if name.endswith("_NOTE") or name == "_REASONS":
                    place = f"{source.place}:{node.lineno}"
                    yield from (Said(text, place) for text in texts(node.value))


def unknown(said: Iterable[Said], known: tuple[str, ...]) -> list[str]:
    """What neither is one of the known texts nor fits one with gaps."""
    skeletons = {skeleton(text) for text in known}
    fitting = [
        re.compile(ESCAPED_GAP.sub(".*?", re.escape(text)))
        for text in known
        if text != BARE_FRAME  # which fits too much
    ]
    return [
        f"{s.place}: {s.text}"
        for s in said
        if skeleton(s.text) not in skeletons and not any(f.fullmatch(s.text) for f in fitting)
    ]


@pytest.fixture(scope="module")
def heard() -> list[Source]:
    return sources("core", "app")


@pytest.fixture(scope="module")
def core(heard: list[Source]) -> list[Source]:
    return [source for source in heard if source.place.startswith("core/")]


def test_every_sentence_of_an_error_is_known(heard: list[Source]) -> None:
    said = list(sentences_of(heard, error_classes(heard)))
    assert len(said) > 150
    assert unknown(said, SENTENCES) == [], "add them to app/error_texts and translate them"


def test_every_sentence_that_is_passed_on_is_known(core: list[Source]) -> None:
    said = [*carried(core, {"sentence"}), *constants_of(core)]
    assert len(said) > 25
    assert unknown(said, SENTENCES) == [], "add them to app/error_texts and translate them"


def test_every_part_of_a_sentence_is_known(core: list[Source]) -> None:
    said = list(carried(core, PHRASE_NAMES))
    assert len(said) > 100
    assert unknown(said, PHRASES) == [], "add them to app/error_texts/phrases.py"


def test_new_words_are_found() -> None:
    """The search itself: classes, f-strings, branches, parts given by name, and what it misses."""
    code = """
class Odd(BadInput): pass
class BadInput(KomaError): pass
_WHAT = "This new thing"
SHORT_NOTE = "Something was left out."
def damaged(what, fault): raise Odd(f"{what} is broken: {fault}.")
def one(self, name):
    raise BadInput("Plain." if name else f"Not plain {name}!", code="x")
def two(): damaged(_WHAT, fault="it is gone")
def three(): raise Odd(make())
"""
    of = [Source("x.py", ast.parse(code))]
    errors = error_classes(of)
    assert errors == {"KomaError", "BadInput", "Odd"}
    assert [s.text for s in sentences_of(of, errors)] == [
        "{} is broken: {}.", "Plain.", "Not plain {}!", "<cannot be read: Odd(make())>",
    ]  # fmt: skip
    assert [s.text for s in carried(of, PHRASE_NAMES)] == ["This new thing", "it is gone"]
    assert [s.text for s in constants_of(of)] == ["Something was left out."]
    assert unknown([Said("{} cannot be read.", "a:1")], SENTENCES) == []
    assert unknown([Said("{} cannot be sung.", "a:1")], SENTENCES) == ["a:1: {} cannot be sung."]
