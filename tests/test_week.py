"""A simulated day of feeds of every mood: the short form of the bench."""

from tests.bench.strangers import MOODS
from tests.bench.week import week


def test_a_day_of_restarts_suspends_and_wrong_clocks_loses_and_doubles_nothing() -> None:
    report = week(2 * len(MOODS), 1, seed=1)
    assert report.early.total() == 0, report.early
    assert (report.duplicates, report.lost, report.unmarked) == (0, 0, 0)
    assert report.requests > 1_000
    assert 0 < report.kept <= report.written
    assert report.most > 1
    assert report.gaps > 0
    assert report.states["gone"] == report.states["auth"] == 2
