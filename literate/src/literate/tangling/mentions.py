"""Mentions: where a code says the name of a definition of the package.

A name of a module is followed through imports and scopes. A member is known by its name
alone: whatever has it answers to it, but for values that come from other libraries.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from literate.book.blocks import Block, Exercise, Fence
from literate.kernel.installing import module_name
from literate.kernel.source.names import bound
from literate.tangling.wanted import Wanted

ASKING = ("getattr", "hasattr", "setattr", "delattr")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
LISTS = ("__all__", "__slots__", "__match_args__")
SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")


def places(code: str, wanted: Wanted, title: str = "") -> Iterator[int]:
    """Find a name in a code.

    Args:
        code: The code.
        wanted: The name; what is known there is changed by what the code binds.
        title: The file whose source this is; none for a cell.
    """
    try:
        tree = ast.parse(code)
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, tokenize.TokenError):  # which a cell may want to show
        yield from _by_pattern(code, wanted)
        return
    visitor = _Visitor(code, tokens, wanted, title)
    visitor.visit(tree)
    found = set(visitor.found)
    starts = starts_of(code)
    for token in tokens:
        start = starts[token.start[0] - 1] + token.start[1]
        if token.type in (tokenize.STRING, tokenize.COMMENT):
            found |= {start + offset for offset in in_text(token.string, wanted)}
    yield from sorted(found)


def in_text(text: str, wanted: Wanted) -> Iterator[int]:
    """Where a text says a name: in backquotes, and in examples for Python's prompt."""
    for span in SPAN.finditer(text):
        root = re.match(r"\w*", span[2])
        if root and root[0] in wanted.foreign and root[0] != wanted.old:
            continue
        for offset in _by_pattern(span[2], wanted, in_words=True):
            yield span.start(2) + offset
    for line in re.finditer(r"^ *(?:>>>|\.\.\.) .*", text, re.MULTILINE):
        for offset in _by_pattern(line[0], wanted):
            yield line.start() + offset


def _by_pattern(code: str, wanted: Wanted, in_words: bool = False) -> Iterator[int]:
    """Where a code says a name, by its letters alone."""
    for match in re.finditer(rf"(?<!\w){re.escape(wanted.old)}(?!\w)", code):
        chain = re.search(r"([\w.]*)\.$", code[: match.start()])
        names = chain[1].split(".") if chain else [""]
        is_alone = wanted.is_member and not chain and not in_words
        is_other = chain is not None and wanted.is_of_other(names[-1])
        if names[0] in wanted.foreign or is_alone or is_other:
            continue
        yield match.start()


def fences_of(block: Block) -> Iterator[Fence]:
    """The fences of a block that hold code."""
    yield block.fence
    if isinstance(block, Exercise):
        yield from (block.check, *block.wrong)


def whole(module: str, title: str) -> str:
    """The full name of a module that an import in a file names, as in `..core`."""
    name = module.lstrip(".")
    level = len(module) - len(name)
    parents = title.split("/")[:-level] if level else []
    return ".".join([*parents, name]).rstrip(".")


def starts_of(text: str) -> list[int]:
    """The offset of each line, and of the one that would follow."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


class _Visitor(ast.NodeVisitor):
    """Walks through a code, in its order."""

    def __init__(
        self, code: str, tokens: list[tokenize.TokenInfo], wanted: Wanted, title: str
    ) -> None:
        self.code = code
        self.lines = code.split("\n")
        self.starts = starts_of(code)
        self.tokens = tokens
        self.wanted = wanted
        self.title = title
        self.found: list[int] = []
        self.scope: list[ast.AST] = []

    def note(self, line: int, column: int) -> None:
        """Note a place that `ast` tells: a line from 1, and bytes."""
        text = self.lines[line - 1].encode()[:column].decode("utf-8", "replace")
        offset = self.starts[line - 1] + len(text)
        if self.code[offset : offset + len(self.wanted.old)] == self.wanted.old:
            self.found.append(offset)

    def note_word(self, node: ast.stmt | ast.pattern, above: bool = False) -> None:
        """Note the name as the first word of a statement, behind `def`; or above it."""
        words = [
            token.start for token in self.tokens if token.string == self.wanted.old
        ]
        here = node.lineno, node.col_offset
        over, under = [w for w in words if w < here], [w for w in words if w >= here]
        for line, column in over[-1:] if above else under[:1]:
            self.found.append(self.starts[line - 1] + column)

    @property
    def in_class(self) -> bool:
        """Whether a class is the nearest scope."""
        return bool(self.scope) and isinstance(self.scope[-1], ast.ClassDef)

    def is_meant(self) -> bool:
        """Whether the name alone means the definition here."""
        if self.wanted.is_member:
            return self.in_class and not self._is_foreign_class()
        return self.wanted.bound and not any(map(self._shadows, self.scope))

    def _is_foreign_class(self) -> bool:
        bases = getattr(self.scope[-1], "bases", [])
        return (
            bool(bases) and all(map(self.wanted.is_foreign, bases)) and not self.title
        )

    def _shadows(self, scope: ast.AST) -> bool:
        """Whether a function has a name of its own."""
        if isinstance(scope, ast.ClassDef):
            return scope is self.scope[-1] and self.wanted.old in _bound_in(scope.body)
        own: set[str] = set()
        if isinstance(scope, (*FUNCTIONS, ast.Lambda)):
            own = {a.arg for a in ast.walk(scope.args) if isinstance(a, ast.arg)}
        if isinstance(scope, FUNCTIONS):
            own |= _bound_in(scope.body)
        for each in getattr(scope, "generators", []):  # of a comprehension
            own |= bound(each.target)
        return self.wanted.old in own

    def bind(self, target: ast.AST, value: ast.AST) -> None:
        """Note what a name is from here on."""
        self.wanted.bind(target, value)
        at_top = not self.scope and not self.title
        if at_top and self.wanted.old in bound(target):
            self.wanted.bound = False

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.bind(target, node.value)
            self.visit(target)
            if isinstance(target, ast.Name) and target.id in LISTS:
                self._note_strings(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name) and node.target.id in LISTS:
            self._note_strings(node.value)

    def _note_strings(self, value: ast.AST) -> None:
        for each in ast.walk(value):
            if isinstance(each, ast.Constant) and each.value == self.wanted.old:
                self.note(each.lineno, each.col_offset + 1)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.wanted.note_home(alias)
            root = alias.name.partition(".")[0]
            if root not in (self.wanted.package, "literate"):
                self.wanted.foreign.add(alias.asname or root)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = whole("." * node.level + (node.module or ""), self.title)
        inside = module.partition(".")[0] == self.wanted.package
        for alias in node.names:
            self.wanted.note_home(alias)
            name = alias.asname or alias.name
            if not inside:
                self.wanted.foreign.add(name)
            elif alias.name == self.wanted.old and module in self.wanted.modules:
                self.note(alias.lineno, alias.col_offset)
                if alias.asname is None:
                    self.wanted.bound = True
            if not inside and name == self.wanted.old:
                self.wanted.bound = False

    def visit_Name(self, node: ast.Name) -> None:
        if node.id == self.wanted.old and self.is_meant():
            self.note(node.lineno, node.col_offset)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)
        if node.attr == self.wanted.old and self.wanted.may_have(node.value):
            line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
            self.note(line, end - len(node.attr.encode()))

    def visit_Global(self, node: ast.Global) -> None:
        if self.wanted.old in node.names and not self.wanted.is_member:
            self.note_word(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        asked = node.args[1] if called in ASKING and len(node.args) > 1 else None
        if asked and not self.wanted.is_foreign(node.args[0]):
            self._note_strings(asked)
        if called == "cast" and node.args:
            self._note_type(node.args[0])
        for each in node.keywords:
            if each.arg == self.wanted.old and called in self.wanted.fields:
                self.note(each.lineno, each.col_offset)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        self.generic_visit(node)
        for name, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
            if name == self.wanted.old and not self.wanted.is_foreign(node.cls):
                self.note_word(pattern, above=True)

    def visit_arg(self, node: ast.arg | ast.AnnAssign) -> None:
        self.generic_visit(node)
        self._note_type(node.annotation)

    visit_AnnAssign = visit_arg

    def _note_type(self, it: ast.expr | None) -> None:
        """Note the name in the texts of a type, which are code."""
        if it is None or "Literal" in ast.unparse(it) or not self.is_meant():
            return
        for each in ast.walk(it):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                text = ast.get_source_segment(self.code, each) or ""
                for offset in _by_pattern(text, self.wanted):
                    self.note(
                        each.lineno, each.col_offset + len(text[:offset].encode())
                    )

    def _definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> None:
        if node.name == self.wanted.old:
            is_source = module_name(self.title) in self.wanted.modules
            if (is_source and not self.scope) or (
                self.wanted.is_member and self.is_meant()
            ):
                self.note_word(node)
            elif not self.scope:
                self.wanted.bound = False  # a cell has a definition of its own
        self._note_type(getattr(node, "returns", None))
        self._inside(node)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _definition

    def _inside(self, node: ast.AST) -> None:
        """Visit a scope, and in the one around it what belongs there: decorators."""
        every = list(ast.iter_child_nodes(node))
        body = getattr(node, "body", every)
        inside = body if isinstance(body, list) else [body]
        for each in every:
            if each not in inside:
                self.visit(each)
        foreign = set(self.wanted.foreign)
        self.scope.append(node)
        for each in inside:
            self.visit(each)
        self.scope.pop()
        self.wanted.foreign = foreign

    visit_Lambda = visit_ListComp = visit_SetComp = _inside
    visit_DictComp = visit_GeneratorExp = _inside


def _bound_in(body: Sequence[ast.stmt]) -> set[str]:
    """The names that statements bind in their own scope, but for imports."""
    nodes = [node for each in body for node in ast.walk(each)]
    others = [n.names for n in nodes if isinstance(n, ast.Global | ast.Nonlocal)]
    imports = [n.names for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    others += [[each.asname or each.name for each in names] for names in imports]
    return set().union(*map(bound, body)).difference(*others)
