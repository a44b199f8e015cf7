"""What an expression in a learner's code could be instead, with words for where to look."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SHORT = 40  # characters of an expression that is named


@dataclass(frozen=True)
class NodePlace:
    """Where a node stands: ``parent.field``, or an item of that list; and among which names."""

    node: ast.AST
    parent: ast.AST
    field: str
    item: int | None
    names: Sequence[str]
    unused: Sequence[str]
    numbers: Sequence[str]

    def put(self, node: ast.AST) -> None:
        if self.item is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.item] = node


Rule = Callable[[NodePlace], Iterator[tuple[ast.AST, str]]]


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


# What is there, and should be otherwise

_COMPARED: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE), ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
CALCULATED: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add, ast.Mult), ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv), ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.MatMult: (ast.Mult,),
}  # fmt: skip
SIGNS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Add: "+",
    ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
    ast.BitAnd: "&", ast.BitOr: "|", ast.MatMult: "@", ast.And: "and", ast.Or: "or",
    ast.USub: "-", ast.Invert: "~", ast.Not: "not", ast.UAdd: "+",
}  # fmt: skip
_FAMILIES = (
    ("sum", "mean", "nansum", "nanmean", "prod", "median", "max"),
    ("max", "min", "nanmax", "nanmin"), ("argmax", "argmin", "nanargmax", "nanargmin"),
    ("maximum", "minimum"), ("any", "all"), ("floor", "ceil", "round", "trunc"),
    ("zeros", "ones"), ("zeros_like", "ones_like"), ("log", "log2", "log1p", "log10"),
    ("append", "extend"), ("var", "std"), ("cumsum", "cumprod"), ("startswith", "endswith"),
    ("match", "fullmatch", "search"), ("find", "rfind"), ("index", "rindex"),
)  # fmt: skip
_REDUCED = {
    "sum", "mean", "max", "min", "argmax", "argmin", "any", "all", "prod", "std", "var", "median",
    "cumsum", "nansum", "nanmean", "argsort", "sort", "norm", "average",
}  # fmt: skip


def _operators(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    if isinstance(node, ast.Compare):
        for at, old in enumerate(node.ops):
            for kind in _COMPARED[type(old)]:
                ops = [*node.ops[:at], kind(), *node.ops[at + 1 :]]
                yield changed(node, ops=ops), f"look at the `{SIGNS[type(old)]}`"
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield changed(node, op=other), f"look at the `{SIGNS[type(node.op)]}`"
    elif isinstance(node, ast.BinOp):
        for kind in CALCULATED.get(type(node.op), ()):
            yield changed(node, op=kind()), f"look at the `{SIGNS[type(node.op)]}`"
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
            turned = changed(node, left=node.right, right=node.left)
            yield turned, f"look at the two sides of `{SIGNS[type(node.op)]}`"
    elif isinstance(node, ast.UnaryOp):
        yield node.operand, f"look at the `{SIGNS[type(node.op)]}`"


def _constants(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    value = getattr(node, "value", None)
    if not isinstance(node, ast.Constant) or isinstance(value, str | None):
        return
    others: Sequence = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, int | float):
        others = [x for x in (value + 1, value - 1, 0, 1, -value, 0.5) if x != value]
    for other in others:
        yield ast.Constant(other), f"look at the {value}"


def _calls(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    if not isinstance(node, ast.Call):
        return
    name = called(node)
    part = "attr" if isinstance(node.func, ast.Attribute) else "id"
    for family in _FAMILIES:
        for other in family if name in family else ():
            if other != name and (part == "attr" or other in ("sum", "max", "min", "any", "all")):
                yield changed(node, func=changed(node.func, **{part: other})), f"look at `{name}`"
    if name in _REDUCED:
        others = [keyword for keyword in node.keywords if keyword.arg != "axis"]
        for axis in (0, 1, -1):
            new = [*others, ast.keyword("axis", ast.Constant(axis))]
            yield changed(node, keywords=new), f"look at the axis of `{name}`"
        if len(others) < len(node.keywords):
            yield changed(node, keywords=others), f"look at the axis of `{name}`"
    for keyword in node.keywords:
        new = [other for other in node.keywords if other is not keyword]
        yield changed(node, keywords=new), f"look at `{keyword.arg}=` of `{name}`"
    if len(node.args) > 1:
        turned = [node.args[1], node.args[0], *node.args[2:]]
        yield changed(node, args=turned), f"look at the order of what `{name}` is given"
    for argument in node.args[:1]:
        yield argument, f"look at whether `{name}` belongs there"
    if isinstance(node.func, ast.Attribute) and not node.args:
        yield node.func.value, f"look at whether `{name}` belongs there"


def _parts(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    """One of two sides alone; a slice without an end; a condition that does not count."""
    node = place.node
    if isinstance(node, ast.BinOp):
        yield node.left, f"look at whether `{_text(node.right)}` belongs there"
        yield node.right, f"look at whether `{_text(node.left)}` belongs there"
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            rest = [other for other in node.values if other is not value]
            new = changed(node, values=rest) if len(rest) > 1 else rest[0]
            yield new, f"look at whether the condition `{_text(value)}` belongs there"
    elif isinstance(node, ast.Slice):
        for end in ("lower", "upper", "step"):
            if getattr(node, end) is not None:
                yield changed(node, **{end: None}), "look at where the slice begins and ends"
    elif isinstance(node, ast.IfExp):
        yield node.body, f"look at whether the condition `{_text(node.test)}` belongs there"
        yield node.orelse, f"look at whether the condition `{_text(node.test)}` belongs there"


def _names(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in place.names:
        for other in place.names:
            if other != node.id:
                yield ast.Name(other, ast.Load()), f"look at `{node.id}`: is it the right variable?"


# What is missing

_MISSING: Sequence[tuple[str, str]] = (
    # one less and one more, of whole numbers: what is measured is not off by one
    ("~-X", "`X` is off by one"), ("-~X", "`X` is off by one"),
    ("1 - X", "`X` is the wrong way round: look at what is left of 1"),
    ("-X", "`X` has the wrong sign"),
    ("X / _numpy.sum(X)", "`X` is to be divided by its sum"),
    ("X / _numpy.sum(X, axis=-1, keepdims=True)", "`X` is to be divided by the sum of each row"),
    ("X / len(X)", "`X` is to be divided by how many there are"),
    ("X / 2", "`X` is twice what it should be"), ("X * 2", "`X` is half of what it should be"),
    ("_numpy.maximum(X, 0)", "`X` is to be kept from falling below 0"),
    ("_numpy.minimum(X, 1)", "`X` is to be kept from rising above 1"),
    ("_numpy.abs(X)", "the sign of `X` is not to count"),
    ("1 / X", "`X` stands where one over it is wanted"),
    ("_numpy.log(X)", "a logarithm is missing at `X`"),
    ("_numpy.exp(X)", "an exp is missing at `X`"),
    ("_numpy.sqrt(X)", "a square root is missing at `X`"), ("X ** 2", "a square is missing at `X`"),
    ("X[::-1]", "`X` is the wrong way round"), ("_numpy.transpose(X)", "`X` is to be transposed"),
    ("X[1:]", "`X` has one too many at the start"), ("X[:-1]", "`X` has one too many at the end"),
    # list(): a single number has no order
    ("_numpy.argsort(list(X), kind='stable')", "`X` holds values where their order is wanted"),
    ("_numpy.argsort(list(X))", "`X` says which stands where, and not which rank each has"),
    ("_numpy.nan_to_num(X)", "NaN in `X` is to count as 0"),
    ("_numpy.floor(X)", "`X` is to be rounded down"), ("_numpy.ceil(X)", "`X` is to be rounded up"),
    ("_copy.deepcopy(X)", "`X` belongs to the caller: work on a copy"),
)  # fmt: skip
_OF_TRUTHS = (("_numpy.logical_not(X)", "`X` is the wrong way round"),)
_WITH_A_NAME = (
    ("X * P", "`P` is not used: look at `X`"), ("X / P", "`P` is not used: look at `X`"),
    ("X + P", "`P` is not used: look at `X`"), ("X - P", "`P` is not used: look at `X`"),
    ("X ** P", "`P` is not used: look at `X`"), ("X[P]", "`P` is not used: look at `X`"),
    ("X[:P]", "`P` is not used: look at `X`"), ("X[..., :P]", "`P` is not used: look at `X`"),
)  # fmt: skip


def _missing(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    if _is_value(place):
        yield from _filled(_MISSING, place.node, "")
    elif isinstance(place.node, ast.Compare):
        yield from _filled(_OF_TRUTHS, place.node, "")


def _unused(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    """What could be done with a parameter that is not looked at."""
    for name in place.unused if _is_value(place) else ():
        yield from _filled(_WITH_A_NAME, place.node, name)


def _cut(place: NodePlace) -> Iterator[tuple[ast.AST, str]]:
    """Only so many of them, the first."""
    for name in place.numbers if _is_value(place) else ():
        text = f"`X` is to be cut at `{name}`"
        yield from _filled([("X[:P]", text), ("X[..., :P]", text)], place.node, name)


_VALUES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp, ast.UnaryOp)


def _is_value(place: NodePlace) -> bool:
    node = place.node
    if not isinstance(node, _VALUES):
        return False
    is_callee = isinstance(place.parent, ast.Call) and place.field == "func"
    is_owner = isinstance(place.parent, ast.Attribute)
    is_filled = isinstance(getattr(place.parent, "ctx", None), ast.Store)  # as in X[...] = 1
    stored = isinstance(getattr(node, "ctx", None), ast.Store)
    return not (is_callee or is_owner or (is_filled and place.field == "value") or stored)


def _filled(
    forms: Sequence[tuple[str, str]], node: ast.AST, name: str
) -> Iterator[tuple[ast.AST, str]]:
    for form, text in forms:
        new = _Filled(node, name).visit(ast.parse(form, mode="eval").body)
        yield new, text.replace("`P`", f"`{name}`").replace("`X`", f"`{_text(node)}`")


class _Filled(ast.NodeTransformer):
    """A form with an expression in the place of X, and a name in that of P."""

    def __init__(self, node: ast.AST, name: str) -> None:
        self._node, self._name = node, name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == "P":
            return ast.Name(self._name, ast.Load())
        return self._node if node.id == "X" else node


def changed(node: ast.AST, **fields: object) -> ast.AST:
    values = {name: getattr(node, name, None) for name in node._fields} | fields
    return ast.copy_location(type(node)(**values), node)


def _text(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= SHORT else text[: SHORT - 2] + " …"


OTHERWISE: Sequence[Rule] = (_operators, _constants, _calls, _parts)
LACKING: Sequence[Rule] = (_unused, _missing, _names, _cut)
