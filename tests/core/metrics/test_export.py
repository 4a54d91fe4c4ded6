"""Numbers for other programs: none is left out, none is changed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from told import HOUR, Story, at

from cxtui.core.metrics import Figure
from cxtui.core.metrics.export import COLUMNS, csv_lines, json_lines


def told() -> tuple[Figure, ...]:
    story = Story()
    for n in range(12):
        key = story.writes(n, f"@c{n}", feed="site", stars=n % 5 + 1, kind="review")
        if n % 3:
            story.replies_to(key, n + 7)
    story.closes(story.writes(20, "@spam"), 21, "spam")
    story.is_down("site", 5, None)
    return story.numbers(9 * HOUR).rows


def read(figures: tuple[Figure, ...]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(figures)))))


def test_csv_holds_every_number_in_full_in_the_order_of_the_screen() -> None:
    figures = told()
    rows = read(figures)
    assert [(row["metric"], row["class"]) for row in rows] == [(f.metric, f.class_ or "") for f in figures]
    for row, figure in zip(rows, figures, strict=True):
        assert row["value"] == ("" if figure.value is None else repr(figure.value)), figure.metric
        assert (row["n"], row["kind"], row["why"]) == (str(figure.n), figure.kind, figure.why), figure.metric
    assert set(rows[0]) == set(COLUMNS)
    assert "site 2026-11-01T09:05:00Z to now: HTTP 503" in rows[0]["gaps"]
    assert any("closed spam: 1" in row["beside"] for row in rows)


def test_json_lines_are_the_objects_of_stats() -> None:
    figures = told()
    found = [json.loads(line) for line in json_lines(figures)]
    assert [one.pop("v") for one in found] == [1] * len(figures)
    assert found == [json.loads(json.dumps(figure.record())) for figure in figures]


def test_what_a_spreadsheet_would_work_out_is_text() -> None:
    figure = replace(told()[0], class_='=HYPERLINK("http://evil.example")', why="+1", value=-4.5)
    [row] = read((figure,))
    assert (row["class"], row["why"]) == ('\'=HYPERLINK("http://evil.example")', "'+1")
    assert row["value"] == "-4.5", "a number stays one"


def test_commas_quotes_and_line_ends_stay_in_their_cell() -> None:
    figure = replace(told()[0], class_='a,"b"\nc', as_of=at(1))
    [row] = read((figure,))
    assert (row["class"], row["as_of"]) == ('a,"b"\nc', "2026-11-01T09:01:00Z")
