"""How long the guard takes: 1,000 characters in each language, and 100 kB of what is worst for it.

Run: python -m tests.bench.guarding
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from time import process_time

from cxtui.core.guard import Context, Draft, Elsewhere, guard
from cxtui.engine.guarding import dictionaries
from tests.core.drafted import LANGUAGES, labelled

LENGTH = 1_000
ROUNDS = 30
LARGE = 100_000


def milliseconds(draft: Draft, context: Context, rounds: int = ROUNDS) -> tuple[float, float]:
    """The median and the longest time of one look."""
    took: list[float] = []
    for _ in range(rounds):
        start = process_time()
        guard(draft, context)
        took.append((process_time() - start) * 1_000)
    return median(took), max(took)


def main() -> None:
    """Print one line for each text; what counts is the processor's time, whatever else runs."""
    books = dictionaries()
    print(f"{'':24}{'median ms':>12}{'longest ms':>12}")
    for lang in LANGUAGES:
        known = labelled(lang)
        texts = [one.draft.text for one in known]
        text = " ".join(texts * (1 + LENGTH // len(" ".join(texts))))[:LENGTH]
        books.load(lang)
        context = replace(
            known[0].context, heard=tuple(texts), ours=tuple(texts), spelled=books.spelled,
            today=tuple(Elsewhere(one, "@tom") for one in texts * 8), limit=500, counted="graphemes",
        )  # fmt: skip
        guard(Draft(text), context)
        middle, longest = milliseconds(Draft(text), context)
        print(f"{lang + ', 1,000 characters':24}{middle:12.1f}{longest:12.1f}")
    context = replace(labelled("en")[0].context, limit=500, counted="graphemes", spelled=books.spelled)
    for name, piece in WORST.items():
        text = (piece * (1 + LARGE // len(piece)))[:LARGE]
        middle, longest = milliseconds(Draft(text), context, 1)
        print(f"{'100 kB of ' + name:24}{middle:12.1f}{longest:12.1f}")


WORST = {
    "words": "you should have read the manual, order 0205551234 and mai@post.example! ",
    "capitals": "WE ARE NOT ", "marks": "!", "signs": "?! ", "digits": "4", "groups": "4111 ",
    "slashes": "1/",
    "letters": "a", "mails": "a@b.", "at signs": "@", "quotes": '"“«', "braces": "{",
    "brackets": "{a|", "dots": ". ",
    "marks on a letter": "a\u0301\u0323\u0308", "links": "https://", "blanks": " a", "lines": "\n",
    "Lao": "ບໍ່ແມ່ນຄວາມຜິດ",
    "Arabic": "وليس خطأنا ", "commas": "not our fault, ", "apologies": "sorry ",
    "accounts": "de89 3704 ", "both ways": "אבa ",
    "parentheses": "(1", "promises": "we will ", "questions": "is it? ", "hyphens": "a-", "names": "A'B ",
}  # fmt: skip


if __name__ == "__main__":
    main()
