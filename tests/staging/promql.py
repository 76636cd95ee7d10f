"""Asks the questions of alert rules of two scrapes, so that a test can see whom a fault wakes.

It knows what our rules are made of and nothing else, and refuses the rest aloud. Where Debian's
promtool stands, a test holds it to Prometheus' own answers.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import promql_parser as promql
from prometheus_client.parser import text_string_to_metric_families

from staging.monitoring import PANELS

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "==": operator.eq,
}
AGGREGATED: dict[str, Callable[[list[float]], float]] = {"sum": sum, "max": max, "count": len}
MATCHES: dict[str, Callable[[str, str], bool]] = {
    "MatchOp.Equal": lambda value, told: value == told,
    "MatchOp.NotEqual": lambda value, told: value != told,
    "MatchOp.Re": lambda value, told: re.fullmatch(told, value) is not None,
    "MatchOp.NotRe": lambda value, told: re.fullmatch(told, value) is None,
}


class NotKnownHere(Exception):
    """The rule is made of something that this does not know."""


def scraped(text: str) -> dict[str, Vector]:
    """What a scrape says, by name."""
    found: dict[str, Vector] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return found


@dataclass(frozen=True)
class Scrapes:
    """Two scrapes a minute apart, of something that goes on as it did between them."""

    before: dict[str, Vector]
    after: dict[str, Vector]
    seconds: float = 60.0

    def answer(self, expression: str) -> Vector | float:
        """What Prometheus would answer; a rule that answers with anything is pending."""
        found: Vector | float = self._of(promql.parse(expression))
        return found

    def _of(self, node: Any) -> Any:
        if isinstance(node, promql.NumberLiteral):
            return float(node.val)
        return self._vector(node)

    def _vector(self, node: Any) -> Vector:
        found: Vector
        match type(node).__name__:
            case "ParenExpr":
                found = self._of(node.expr)
            case "VectorSelector":
                found = self._selected(node, self.after)
            case "AggregateExpr":
                found = self._grouped(node)
            case "BinaryExpr":
                found = self._compared(str(node.op), self._of(node.lhs), self._of(node.rhs))
            case "Call" if node.func.name == "rate":
                found = self._rate(node.args[0].vector_selector)
            case "Call" if node.func.name == "histogram_quantile":
                found = _quantile(self._of(node.args[0]), self._of(node.args[1]))
            case _:
                raise NotKnownHere(str(node))
        return found

    def _rate(self, selector: Any) -> Vector:
        before, after = (self._selected(selector, it) for it in (self.before, self.after))
        return {it: (value - before.get(it, 0)) / self.seconds for it, value in after.items()}

    @staticmethod
    def _selected(selector: Any, scrape: dict[str, Vector]) -> Vector:
        told = [(m.name, MATCHES[str(m.op)], m.value) for m in selector.matchers.matchers]
        return {
            labels: value
            for labels, value in scrape.get(selector.name, {}).items()
            if all(match(dict(labels).get(name, ""), wanted) for name, match, wanted in told)
        }

    def _grouped(self, node: Any) -> Vector:
        kept = set(node.modifier.labels) if node.modifier else set()
        groups: dict[Labels, list[float]] = {}
        for labels, value in self._of(node.expr).items():
            group = frozenset(pair for pair in labels if pair[0] in kept)
            groups.setdefault(group, []).append(value)
        return {group: _aggregated(str(node.op), values) for group, values in groups.items()}

    @staticmethod
    def _compared(sign: str, left: Any, right: Any) -> Vector:
        if sign == "/":
            return {it: value / right[it] for it, value in left.items() if right.get(it)}
        if sign not in OPERATORS or not isinstance(right, float):
            raise NotKnownHere(sign)
        return {it: value for it, value in left.items() if OPERATORS[sign](value, right)}


def _aggregated(how: str, values: list[float]) -> float:
    if how not in AGGREGATED:
        raise NotKnownHere(how)
    return float(AGGREGATED[how](values))


def _quantile(share: float, buckets: Vector) -> Vector:
    """As Prometheus does: by a straight line inside the bucket in which the share is reached."""
    routes: dict[Labels, list[tuple[float, float]]] = {}
    for labels, value in buckets.items():
        rest = frozenset(pair for pair in labels if pair[0] != "le")
        routes.setdefault(rest, []).append((float(dict(labels)["le"]), value))
    found = {route: _reached(share, sorted(steps)) for route, steps in routes.items()}
    return {route: value for route, value in found.items() if value is not None}


def _reached(share: float, steps: Iterable[tuple[float, float]]) -> float | None:
    ordered = [(0.0, 0.0), *steps]
    wanted = share * ordered[-1][1]
    if not wanted:
        return None
    for (low, below), (high, upto) in pairwise(ordered):
        if upto >= wanted:
            is_open = high == float("inf")
            return low if is_open else low + (high - low) * (wanted - below) / (upto - below)
    return None


def seen(scrapes: Scrapes, panel: str) -> list[float]:
    """What a panel of the dashboard would show of two scrapes, line by line."""
    lines = next(it.lines for it in PANELS if it.title == panel)
    answers = [scrapes.answer(expression) for expression, _ in lines]
    return [value for it in answers if isinstance(it, dict) for value in it.values()]
