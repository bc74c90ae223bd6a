"""Reading a source block: from its text to what it says about a module.

The block is parsed with `ast` and cut by line numbers, so that the text of each
definition stays as its author wrote it.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from literate.kernel.source.choices import bound, is_choice, is_of_imports, statements
from literate.kernel.source.definitions import (
    DOCSTRING,
    ClassBlock,
    Definition,
    Import,
    Item,
    Kind,
    Origin,
    Removal,
)
from literate.kernel.source.statements import (
    ELSE,
    advice,
    changes_itself,
    first_line,
    is_ellipsis,
    is_guard,
    is_mark,
    name_of,
    names_in,
)
from literate.kernel.source.text import Span, Text

LOW = (
    "an import below a definition would be moved to the top of the file: write it "
    "above; where it is to break a circle, import inside the function that needs it"
)
HALF = (
    "this block has a part of {0!r} alone: write all of it, such as a property's "
    "getter above its setter"
)
NAMELESS = (
    "`_` is no name by which a later block could replace this: write it right below "
    "the function that it is registered with, or give it a name"
)
CHOICE = "a choice holds imports, functions, classes and single-name assignments"
UNORDERED = ("docstring", "imports")
"""What may stand above an import: it is above those of the file, or below them."""


def read(code: str, origin: Origin) -> tuple[Item, ...]:
    """Cut the text of a source block, or of a whole module, into definitions.

    Returns:
        Its definitions, imports and removals, in the order of the text.

    Raises:
        BookError: Where it is not valid Python, or holds something without a name.
    """
    return _Reader(code, origin).module()


class _Reader(Text):
    """Reads one text."""

    def module(self) -> tuple[Item, ...]:
        """Read the top level."""
        items = tuple(self.body(self.parse().body, 0, len(self.lines), level=0))
        if not items:
            raise self.error(0, "a source block must define something")
        return items

    def body(
        self, nodes: Sequence[ast.stmt], start: int, end: int, level: int
    ) -> Iterator[Item]:
        """Read the statements of a module or of a class."""
        seen: set[str] = set()
        defined = False
        for index, span in enumerate(self.groups(nodes, start, end, level)):
            for item in self.items(span, level, is_first=index == 0):
                names = item.names if isinstance(item, Definition) else (item.name,)
                for name in names:
                    if name in seen:
                        message = f"{name!r} is defined twice in this block"
                        raise self.error(span.start, message)
                if not isinstance(item, Removal):
                    seen.update(names)
                if isinstance(item, Import) and defined:
                    raise self.error(first_line(span.node) - 1, LOW)
                known = isinstance(item, Definition) and item.kind in UNORDERED
                defined |= not isinstance(item, Import | Removal) and not known
                yield item

    def items(self, span: Span, level: int, is_first: bool) -> Iterator[Item]:
        """Turn a statement into what it says."""
        node = span.node
        match node:
            case ast.Import() | ast.ImportFrom() if level == 0:
                yield from self.imports(span, node)
            case ast.If(test=test) if level == 0 and is_guard(test):
                yield from self.guarded(span, node)
            case _ if level == 0 and is_choice(node):
                yield self.choice(span)
            case ast.AugAssign(target=ast.Name(id="__all__")) if level == 0:
                yield self.addition(span, node)
            case ast.ClassDef():
                yield self.class_block(span, node, level)
            case ast.Delete():
                yield from self.removals(span, node)
            case ast.Expr(value=ast.Constant(value=str())) if is_first:
                yield self.definition(span, DOCSTRING, "docstring")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if changes_itself(node) or node.name == "_":
                    reason = NAMELESS if node.name == "_" else HALF.format(node.name)
                    raise self.error(first_line(node) - 1, reason)
                yield self.definition(span, node.name, "function")
            case _ if (name := name_of(node)) == DOCSTRING:
                message = "a docstring is a string alone, above all else: write it so"
                raise self.error(span.start, message)
            case _ if name:
                yield self.definition(span, name, "assignment")
            case _:
                raise self.error(first_line(node) - 1, advice(node))

    def definition(self, span: Span, name: str, kind: Kind) -> Definition:
        """A definition with its text to the letter."""
        text = "".join(f"{line}\n" for line in self.lines[span.start : span.end])
        tight = span.start > 0 and bool(self.lines[span.start - 1].strip())
        return Definition(name, kind, text, self.origin(span.start), tight)

    def removals(self, span: Span, node: ast.Delete) -> Iterator[Removal]:
        """Read `del name, name`."""
        if span.end - span.start > 1 or "#" in self.lines[span.start]:
            message = "a comment at a `del` would be lost: remove it"
            raise self.error(span.start, message)
        for target in node.targets:
            if not isinstance(target, ast.Name | ast.Attribute):
                raise self.error(span.start, "`del` takes the names of definitions")
            yield Removal(ast.unparse(target), self.origin(span.start))

    def choice(self, span: Span) -> Definition:
        """Read a choice: one definition of all the names that it binds."""
        names: dict[str, None] = {}
        for each in statements(span.node):
            found = bound(each)
            if found is None:
                reason = advice(each)
                raise self.error(
                    first_line(each) - 1, CHOICE if reason == ELSE else reason
                )
            names |= dict.fromkeys(found)
        if not names:
            raise self.error(first_line(span.node) - 1, "this choice binds no name")
        kind: Kind = "imports" if is_of_imports(span.node) else "choice"
        first, *others = names
        return replace(self.definition(span, first, kind), also=tuple(others))

    def addition(self, span: Span, node: ast.AugAssign) -> Definition:
        """Read `__all__ += [...]`."""
        names = names_in(node.value) if isinstance(node.op, ast.Add) else None
        if names is None or "#" in "".join(self.lines[span.start : span.end]):
            message = "`__all__ +=` takes a list of names in quotes, and no comment"
            raise self.error(span.start, message)
        return replace(self.definition(span, "__all__", "assignment"), adds=names)

    def guarded(self, span: Span, node: ast.If) -> Iterator[Import]:
        """Read an `if TYPE_CHECKING:` of imports."""
        if node.orelse:
            message = "`if TYPE_CHECKING:` takes no `else` in a source block"
            raise self.error(first_line(node) - 1, message)
        if any("#" in line for line in self.lines[span.start : span.end]):
            message = (
                "a comment at `if TYPE_CHECKING:` would be lost, since its imports are "
                "sorted: say it in the prose, or in the docstring of what uses them"
            )
            raise self.error(span.start, message)
        for each in node.body:
            if not isinstance(each, ast.Import | ast.ImportFrom):
                message = "`if TYPE_CHECKING:` holds imports only"
                raise self.error(each.lineno - 1, message)
            yield from self.aliases(each, guarded=True)

    def imports(self, span: Span, node: ast.Import | ast.ImportFrom) -> Iterator[Item]:
        """Read an import statement, with the comments above it and at its names."""
        first = node.lineno - 1
        above = tuple(line.strip() for line in self.lines[span.start : first])
        above = tuple(filter(None, above))
        beside = {n: self.comment(n) for n in range(first, span.end) if self.comment(n)}
        names = Counter(alias.lineno - 1 for alias in node.names)
        if lost := [number for number in beside if names[number] != 1]:
            message = (
                "a comment at an import stands above its statement, or on a line with "
                "a single name, since imports are sorted"
            )
            raise self.error(lost[0], message)
        for alias, each in zip(node.names, self.aliases(node, False), strict=True):
            comment = beside.get(alias.lineno - 1, "")
            yield replace(each, above=above, beside=comment and f"  {comment}")
            above = ()

    def comment(self, index: int) -> str:
        """The comment at the end of a line of an import, which holds no string."""
        _, mark, text = self.lines[index].partition("#")
        return f"{mark}{text}".rstrip()

    def aliases(
        self, node: ast.Import | ast.ImportFrom, guarded: bool
    ) -> Iterator[Import]:
        """Read the names that an import statement binds."""
        origin = self.origin(node.lineno - 1)
        for alias in node.names:
            name = alias.asname or alias.name
            if alias.name == "*":
                raise self.error(node.lineno - 1, advice(node))
            if isinstance(node, ast.ImportFrom):
                module = "." * node.level + (node.module or "")
                each = Import(name, module, alias.name, guarded, origin, alias.asname)
            else:
                other = alias.asname if name != alias.name else None
                each = Import(name, alias.name, None, guarded, origin, other)
            yield each

    def class_block(self, span: Span, node: ast.ClassDef, level: int) -> ClassBlock:
        """Read a class: its header, and its members or the part that it re-opens."""
        header, start = self.class_header(span, node)
        reopens = any(is_ellipsis(statement) for statement in node.body)
        said = node.decorator_list, node.bases, getattr(node, "type_params", ())
        bare = not (any(said) or node.keywords)
        flat = node.body[0].lineno == node.lineno
        if (
            reopens
            and bare
            and not flat
            and header.text.strip() != f"class {node.name}:"
        ):
            message = f"re-open a class with `class {node.name}:` and nothing beside it"
            raise self.error(span.start, message)
        items = (
            tuple(self.body(node.body, start, span.end, level + 1)) if not flat else ()
        )
        last = self.origin(span.end - 1).line
        return ClassBlock(header, bare, reopens, items, last, flat)

    def class_header(self, span: Span, node: ast.ClassDef) -> tuple[Definition, int]:
        """The header of a class, and the line on which its members start."""
        body = node.body[0]
        end = first_line(body) - 1
        if body.lineno == node.lineno and is_mark(body) and len(node.body) == 1:
            head = self.lines[end].encode()[: body.col_offset].decode().rstrip()
            if "#" in self.lines[end]:
                raise self.error(end, "a comment at `...` would be lost: put it above")
            header = self.definition(span._replace(end=end + 1), node.name, "class")
            above = header.text.rpartition(self.lines[end])[0]
            return replace(header, text=f"{above}{head}\n"), span.end
        if self.lines[end].encode()[: body.col_offset].strip():
            raise self.error(end, "write the body of a class on lines of its own")
        while not self.lines[end - 1].split("#")[0].strip():
            end -= 1
        return self.definition(span._replace(end=end), node.name, "class"), end
