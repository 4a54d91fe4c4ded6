"""Nothing leaks in any combination of redirect, place and secret: the short form of the bench."""

from pathlib import Path

from tests.bench.leaks import SECRETS, TARGETS, matrix, table


async def test_no_secret_and_no_connection_goes_where_it_must_not(tmp_path: Path) -> None:
    found = await matrix((302,), tmp_path)
    runs = [seen for cell in found.values() for seen in cell]
    assert len(runs) == 2 * len(TARGETS) * len(SECRETS) >= 100
    assert [key for key, cell in found.items() for seen in cell if seen.leaks] == []
    assert all(seen.home for name in SECRETS for seen in found["https", "same origin", name])
    assert all(seen.followed for name in SECRETS for seen in found["https", "other host", name])
    assert sum(line.count("0/1") for line in table(found)) == len(runs)
