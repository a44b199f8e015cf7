"""Changes by rule to a learner's code, one at a time, the likeliest first.

Those of :mod:`mavrs_course.course.mutants` spoil a right answer; these may mend a wrong one, so
there are also steps that are missing: less 1, the other way round, divided by its sum, cut at k.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType

NAMES = {"_numpy": "numpy", "_copy": "copy"}  # modules that changed code uses by names of its own
SHORT = 40  # characters of an expression that is named


@dataclass(frozen=True)
class Rewrite:
    """Changed code.

    code: of the whole, compiled.  line: where it is changed, from 1.  text: what to look at.
    """

    code: CodeType
    line: int
    text: str


@dataclass(frozen=True)
class _Place:
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


Rule = Callable[[_Place], Iterator[tuple[ast.AST, str]]]


def rewrites(tree: ast.Module) -> Iterator[Rewrite]:
    """All changes of one place; the tree is as it was when the next is asked for."""
    places = list(_places(tree))
    for rule in (*_OTHERWISE, None, *_LACKING):
        if rule is None:
            yield from _moved(tree)
            continue
        for place in places:
            for new, text in rule(place):
                place.put(ast.fix_missing_locations(ast.copy_location(new, place.node)))
                code = _compiled(tree)
                place.put(place.node)
                if code is not None:
                    yield Rewrite(code, _line(place), text)


def _line(place: _Place) -> int:
    return getattr(place.node, "lineno", getattr(place.parent, "lineno", 1))


def _compiled(tree: ast.Module) -> CodeType | None:
    try:
        return compile(tree, "<rewrite>", "exec")
    except (SyntaxError, ValueError, TypeError):
        return None


def _places(tree: ast.Module) -> Iterator[_Place]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            given = [argument.arg for argument in function.args.args if argument.arg != "self"]
            nodes = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
            used = {node.id for node in nodes if isinstance(node.ctx, ast.Load)}
            local = dict.fromkeys(n.id for n in nodes if isinstance(n.ctx, ast.Store))
            names = (
                [*given, *local],
                [name for name in given if name not in used],
                [*dict.fromkeys(_counts(function))],
            )
            for statement in function.body:
                yield from _below(statement, names)


def _counts(function: ast.FunctionDef) -> Iterator[str]:
    """Names that say how many: where a slice or a range ends."""
    for node in ast.walk(function):
        ends: list = []
        if isinstance(node, ast.Call) and _called(node) in ("range", "arange", "zeros", "full"):
            ends = node.args[:1]
        elif isinstance(node, ast.Slice):
            ends = [node.upper]
        yield from (end.id for end in ends if isinstance(end, ast.Name))


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _below(node: ast.AST, names: tuple) -> Iterator[_Place]:
    """The places of all expressions, from the outside in; functions inside are met on their own."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.JoinedStr):
        return
    for field, value in ast.iter_fields(node):
        several = isinstance(value, list)
        for item, child in enumerate(value if several else [value]):
            if not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.expr | ast.keyword | ast.Slice):
                yield _Place(child, node, field, item if several else None, *names)
            yield from _below(child, names)


# What is there, and should be otherwise

_COMPARED: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE), ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_CALCULATED: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add, ast.Mult), ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv), ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.MatMult: (ast.Mult,),
}  # fmt: skip
_SIGNS = {
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


def _operators(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    if isinstance(node, ast.Compare):
        for at, old in enumerate(node.ops):
            for kind in _COMPARED[type(old)]:
                ops = [*node.ops[:at], kind(), *node.ops[at + 1 :]]
                yield _with(node, ops=ops), f"look at the `{_SIGNS[type(old)]}`"
    elif isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield _with(node, op=other), f"look at the `{_SIGNS[type(node.op)]}`"
    elif isinstance(node, ast.BinOp):
        for kind in _CALCULATED.get(type(node.op), ()):
            yield _with(node, op=kind()), f"look at the `{_SIGNS[type(node.op)]}`"
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow | ast.MatMult):
            turned = _with(node, left=node.right, right=node.left)
            yield turned, f"look at the two sides of `{_SIGNS[type(node.op)]}`"
    elif isinstance(node, ast.UnaryOp):
        yield node.operand, f"look at the `{_SIGNS[type(node.op)]}`"


def _constants(place: _Place) -> Iterator[tuple[ast.AST, str]]:
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


def _calls(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    part = "attr" if isinstance(node.func, ast.Attribute) else "id"
    for family in _FAMILIES:
        for other in family if name in family else ():
            if other != name and (part == "attr" or other in ("sum", "max", "min", "any", "all")):
                yield _with(node, func=_with(node.func, **{part: other})), f"look at `{name}`"
    if name in _REDUCED:
        others = [keyword for keyword in node.keywords if keyword.arg != "axis"]
        for axis in (0, 1, -1):
            new = [*others, ast.keyword("axis", ast.Constant(axis))]
            yield _with(node, keywords=new), f"look at the axis of `{name}`"
        if len(others) < len(node.keywords):
            yield _with(node, keywords=others), f"look at the axis of `{name}`"
    for keyword in node.keywords:
        new = [other for other in node.keywords if other is not keyword]
        yield _with(node, keywords=new), f"look at `{keyword.arg}=` of `{name}`"
    if len(node.args) > 1:
        turned = [node.args[1], node.args[0], *node.args[2:]]
        yield _with(node, args=turned), f"look at the order of what `{name}` is given"
    for argument in node.args[:1]:
        yield argument, f"look at whether `{name}` belongs there"
    if isinstance(node.func, ast.Attribute) and not node.args:
        yield node.func.value, f"look at whether `{name}` belongs there"


def _parts(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    """One of two sides alone; a slice without an end; a condition that does not count."""
    node = place.node
    if isinstance(node, ast.BinOp):
        yield node.left, f"look at whether `{_text(node.right)}` belongs there"
        yield node.right, f"look at whether `{_text(node.left)}` belongs there"
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            rest = [other for other in node.values if other is not value]
            new = _with(node, values=rest) if len(rest) > 1 else rest[0]
            yield new, f"look at whether the condition `{_text(value)}` belongs there"
    elif isinstance(node, ast.Slice):
        for end in ("lower", "upper", "step"):
            if getattr(node, end) is not None:
                yield _with(node, **{end: None}), "look at where the slice begins and ends"
    elif isinstance(node, ast.IfExp):
        yield node.body, f"look at whether the condition `{_text(node.test)}` belongs there"
        yield node.orelse, f"look at whether the condition `{_text(node.test)}` belongs there"


def _names(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    node = place.node
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in place.names:
        for other in place.names:
            if other != node.id:
                yield ast.Name(other, ast.Load()), f"look at `{node.id}`: is it the right variable?"


# What is missing

_MISSING: Sequence[tuple[str, str]] = (
    ("X - 1", "`X` is off by one"), ("X + 1", "`X` is off by one"),
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
    ("_numpy.argsort(X, kind='stable')", "`X` holds values where their order is wanted"),
    ("_numpy.argsort(X)", "`X` says which stands where, and not which rank each has"),
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


def _missing(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    if _is_value(place):
        yield from _filled(_MISSING, place.node, "")
    elif isinstance(place.node, ast.Compare):
        yield from _filled(_OF_TRUTHS, place.node, "")


def _unused(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    """What could be done with a parameter that is not looked at."""
    for name in place.unused if _is_value(place) else ():
        yield from _filled(_WITH_A_NAME, place.node, name)


def _cut(place: _Place) -> Iterator[tuple[ast.AST, str]]:
    """Only so many of them, the first."""
    for name in place.numbers if _is_value(place) else ():
        text = f"`X` is to be cut at `{name}`"
        yield from _filled([("X[:P]", text), ("X[..., :P]", text)], place.node, name)


_VALUES = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.BinOp, ast.UnaryOp)


def _is_value(place: _Place) -> bool:
    node = place.node
    if not isinstance(node, _VALUES):
        return False
    is_callee = isinstance(place.parent, ast.Call) and place.field == "func"
    is_owner = isinstance(place.parent, ast.Attribute)
    return not (is_callee or is_owner or isinstance(getattr(node, "ctx", None), ast.Store))


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


def _with(node: ast.AST, **fields: object) -> ast.AST:
    values = {name: getattr(node, name, None) for name in node._fields} | fields
    return ast.copy_location(type(node)(**values), node)


def _text(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= SHORT else text[: SHORT - 2] + " …"


_OTHERWISE: Sequence[Rule] = (_operators, _constants, _calls, _parts)
_LACKING: Sequence[Rule] = (_unused, _missing, _names, _cut)


# Whole lines


def _moved(tree: ast.Module) -> Iterator[Rewrite]:
    """A line that changes places with the next, that is left out, or that leaves its loop."""
    for owner in ast.walk(tree):
        for field in ("body", "orelse"):
            block = getattr(owner, field, None)
            if not isinstance(block, list) or isinstance(owner, ast.Module | ast.ClassDef):
                continue
            for new, line, text in _orders(block):
                setattr(owner, field, new)
                code = _compiled(tree)
                setattr(owner, field, block)
                if code is not None:
                    yield Rewrite(code, line, text)


def _orders(block: list) -> Iterator[tuple[list, int, str]]:
    for at, statement in enumerate(block):
        before, after = block[:at], block[at + 1 :]
        if after:
            turned = [*before, after[0], statement, *after[1:]]
            yield turned, statement.lineno, "it comes too early, before what follows it"
        yield [*before, ast.Pass(), *after], statement.lineno, "does it belong there?"
        if isinstance(statement, ast.For | ast.While) and len(statement.body) > 1:
            last = statement.body[-1]
            loop = _with(statement, body=statement.body[:-1])
            yield [*before, loop, last, *after], last.lineno, "does it belong inside the loop?"
            if not after:
                continue
            inside = _with(statement, body=[*statement.body, *after[:1]])
            yield [*before, inside, *after[1:]], after[0].lineno, "it belongs inside the loop"
        if isinstance(statement, ast.If) and len(statement.orelse) == 1:
            (second,) = statement.orelse
            if isinstance(second, ast.If):
                rest = _with(statement, orelse=second.orelse)
                turned = [*before, _with(second, orelse=[rest]), *after]
                yield turned, second.lineno, "it is to be asked before what is asked above it"
