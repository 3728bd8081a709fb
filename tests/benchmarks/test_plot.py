"""The picture of the growth shows every point where it belongs."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from benchmarks.plot import HEIGHT, WIDTH, Curve, Panel, drawn, ticks

SVG = "{http://www.w3.org/2000/svg}"


def circles(*curves: Curve) -> list[tuple[float, float]]:
    root = ET.fromstring(drawn((Panel("a & b", "x <", "y", curves),)))  # noqa: S314 - our own text
    return [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in root.iter(f"{SVG}circle")]


def test_points_stand_in_proportion_to_the_axes() -> None:
    origin, half, whole = circles(Curve("<plan>", ((0, 0), (50, 2.5), (100, 5))))
    assert whole[0] - origin[0] == WIDTH
    assert origin[1] - whole[1] == HEIGHT
    assert half == pytest.approx(((origin[0] + whole[0]) / 2, (origin[1] + whole[1]) / 2))


def test_curves_of_one_panel_share_its_axes() -> None:
    low, high = circles(Curve("low", ((10, 1),)), Curve("high", ((10, 2),)))
    assert low[0] == high[0]
    assert low[1] > high[1]


def test_a_panel_without_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        Panel("empty", "x", "y", (Curve("none", ()),))


@pytest.mark.parametrize(
    ("highest", "shown"),
    [(100, (0, 20, 40, 60, 80, 100)), (7.3, (0, 2, 4, 6, 8)), (0, (0,)), (0.4, (0, 0.1, 0.2, 0.3, 0.4))],
)
def test_ticks_are_round_numbers_that_reach_the_highest(highest: float, shown: tuple[float, ...]) -> None:
    assert ticks(highest) == pytest.approx(shown)
