"""How Python programs build strings from values."""

import ast
from dataclasses import dataclass


@dataclass
class Built:
    """A string that is built: how, its constant text (with `?` for each value), and the values."""

    how: str
    text: str
    values: list[ast.expr]


def built(node: ast.AST) -> Built | None:
    """What an expression builds, if it is a string with values in it."""
    match node:
        case ast.JoinedStr():
            values = [
                part.value
                for part in node.values
                if isinstance(part, ast.FormattedValue)
            ]
            how, text = "an f-string", _text(node)
        case ast.BinOp(left, ast.Mod(), right) if isinstance(_text(left), str):
            values = right.elts if isinstance(right, ast.Tuple) else _dict_values(right)
            how, text = "`%`", _text(left)
        case ast.BinOp(_, ast.Add(), _):
            operands = _operands(node)
            values = [operand for operand in operands if _text(operand) is None]
            # A sum without a string in it is arithmetic.
            if len(values) == len(operands):
                return None
            how, text = "`+`", "".join(_text(operand) or "?" for operand in operands)
            values += [value for operand in operands for value in _inner(operand)]
        case ast.Call(ast.Attribute(string, "format"), arguments, keywords) if (
            isinstance(_text(string), str)
        ):
            values = [*arguments, *(keyword.value for keyword in keywords)]
            how, text = "`format`", _text(string)
        case _:
            return None
    return Built(how, text or "", values) if values else None


def _text(node: ast.expr) -> str | None:
    """The constant text of a string."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(_text(part) or "?" for part in parts)
        case ast.BinOp(left, ast.Mod(), _):
            return _text(left)
        case ast.BinOp(_, ast.Add(), _):
            operands = [_text(operand) for operand in _operands(node)]
            return (
                "".join(operand or "?" for operand in operands)
                if any(operands)
                else None
            )
        case ast.Call(ast.Attribute(string, "format"), _, _):
            return _text(string)
    return None


def _inner(node: ast.expr) -> list[ast.expr]:
    """The values of a string that is itself built."""
    string = built(node)
    return string.values if string else []


def _operands(node: ast.expr) -> list[ast.expr]:
    """The operands of a sum, in order."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_operands(node.left), *_operands(node.right)]
    return [node]


def _dict_values(node: ast.expr) -> list[ast.expr]:
    return (
        [value for value in node.values if value]
        if isinstance(node, ast.Dict)
        else [node]
    )
