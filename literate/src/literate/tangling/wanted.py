"""What is wanted: a name to look for, and what is known of the names beside it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from literate.kernel.source.names import bound


@dataclass
class Wanted:
    """A name that is looked for in a code, and what is known of the names there.

    Attributes:
        old: The name that is looked for.
        is_member: Whether it is that of a member of a class.
        package: The package.
        modules: The modules that have the name, if it is one of a module.
        homes: The names of the modules that have the name, if members of classes have
            it as well: then what stands before a point tells which one is meant.
        bound: Whether the name alone means the definition here.
        fields: The calls that take the name as a keyword, since it is that of a field.
        foreign: Names of other libraries, and of what came from them.
    """

    old: str
    is_member: bool
    package: str
    modules: frozenset[str]
    fields: frozenset[str] = frozenset()
    homes: set[str] = field(default_factory=set)
    bound: bool = False
    foreign: set[str] = field(default_factory=set)

    def is_foreign(self, node: ast.AST) -> bool:
        """Whether a value comes from another library."""
        match node:
            case ast.Name(id=name):
                return name in self.foreign
            case ast.Attribute(value=value) | ast.Subscript(value=value):
                return self.is_foreign(value)
            case ast.Call(func=called):
                return self.is_foreign(called)
            case ast.BinOp(left=left, right=right):
                sides = [s for s in (left, right) if not isinstance(s, ast.Constant)]
                return any(map(self.is_foreign, sides)) or not sides
            case ast.UnaryOp(operand=value) | ast.Await(value=value):
                return self.is_foreign(value)
            case ast.Constant():
                return node.value is not None
            case ast.JoinedStr() | ast.Dict() | ast.Set():
                return True
        return False

    def is_of_other(self, owner: str) -> bool:
        """Whether what stands behind an owner is the other kind of thing."""
        return bool(self.homes) and (owner in self.homes) == self.is_member

    def may_have(self, owner: ast.expr) -> bool:
        """Whether the attribute of a value may be what is looked for."""
        name = getattr(owner, "attr", getattr(owner, "id", ""))
        return not self.is_foreign(owner) and not self.is_of_other(name)

    def note_home(self, alias: ast.alias) -> None:
        """Note another name of a module that has the name."""
        if alias.asname and alias.name.rpartition(".")[2] in self.homes:
            self.homes.add(alias.asname)

    def bind(self, target: ast.AST, value: ast.AST) -> None:
        """Note whether names are foreign from here on."""
        names = bound(target)
        if self.is_foreign(value):
            self.foreign |= names
        else:
            self.foreign -= names
