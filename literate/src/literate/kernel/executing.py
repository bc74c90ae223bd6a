"""Executing: statements at their lines of a page, up to the value of the last one."""

from __future__ import annotations

import ast
import inspect
import io
import linecache
import tokenize
import types
from typing import Any

NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


class Interpreter:
    """Runs the statements of one page.

    They are compiled at their lines of the page, where tracebacks and
    `inspect.getsource` find them, whether or not the page is a file here.

    Args:
        file: The page's file, as tracebacks name it.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: list[str] = []
        self._events: Any = None

    def parse(self, code: str, line: int) -> ast.Module:
        """Parse statements that stand below a line of the page.

        Raises:
            SyntaxError: Where they are none.
        """
        self._remember(code, line)
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
        # dont_inherit: a cell has its own `__future__` imports, not those of this file
        tree = compile("\n" * line + code, self.file, "exec", flags, True)
        assert isinstance(tree, ast.Module)
        if _ends_with_semicolon(code):
            tree.body.append(ast.fix_missing_locations(ast.Pass()))
        return tree

    def execute(self, tree: ast.Module, namespace: dict[str, Any]) -> object:
        """Run parsed statements.

        Returns:
            The value of a last expression; None where there is none, or where a `;`
            stands behind it.
        """
        match tree.body:
            case [*statements, ast.Expr(expression)]:
                self._evaluate(ast.Module(statements, []), "exec", namespace)
                return self._evaluate(ast.Expression(expression), "eval", namespace)
        return self._evaluate(tree, "exec", namespace)

    def prompt(self, code: str, line: int, namespace: dict[str, Any]) -> None:
        """Run a statement as Python's prompt does: an expression displays its value."""
        self._remember(code, line)
        exec(compile("\n" * line + code, self.file, "single", 0, True), namespace)

    def close(self) -> None:
        """End what is left of the page's own event loop."""
        if self._events is not None:
            self._events.close()

    def _evaluate(self, tree: ast.AST, mode: str, namespace: dict[str, Any]) -> object:
        """Evaluate code; where it awaits something, until that has come."""
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code: types.CodeType = compile(tree, self.file, mode, flags, True)  # type: ignore[call-overload]  # its stub knows no mode that is not a literal
        result = eval(code, namespace)
        if not code.co_flags & inspect.CO_COROUTINE:
            return result
        if self._events is None:
            import asyncio  # here, because few pages need it and it is slow to import

            self._events = asyncio.new_event_loop()
        return self._events.run_until_complete(result)

    def _remember(self, code: str, line: int) -> None:
        """Let tracebacks and `inspect` find the text where it stands."""
        new = [f"{text}\n" for text in code.split("\n") if code]
        self._lines += ["\n"] * (line + len(new) - len(self._lines))
        self._lines[line : line + len(new)] = new
        # Without a time, nobody asks whether a file of this size is still there.
        linecache.cache[self.file] = (0, None, self._lines, self.file)


def _ends_with_semicolon(code: str) -> bool:
    """Whether the last thing in a cell, comments aside, is a `;`."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    words = [each.string for each in tokens if each.type not in NOT_CODE]
    return bool(words) and words[-1] == ";"
