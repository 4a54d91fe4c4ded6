"""What people share, rate and stand for; what we promised and posted; what it may cost."""

from __future__ import annotations

from told import DAY, HOUR, Story, near

from cxtui.core.metrics import Orders


def test_sharing_counts_people_not_messages_and_only_what_is_public() -> None:
    story = Story()
    story.writes(0, "@a", tone="complaint")
    story.writes(1, "@a", stars=1.0)
    story.writes(2, "@b", stars=2.0)
    story.writes(3, "@c", tone="complaint", visibility="direct")
    story.writes(4, "@d", stars=4.0)
    story.writes(5, "@e", tone="praise")
    story.writes(6, "@f", stars=3.0)
    numbers = story.numbers(HOUR)
    assert numbers.value("share_bad") == (2, 5)
    assert numbers.value("share_good") == (2, 5)
    assert numbers("share_bad").ids == ("comments:1", "comments:2", "comments:3")
    assert near(numbers("share_bad_per_100").value, 200 / 7)
    assert numbers("share_bad_per_100").n == 7


def test_people_without_a_name_are_one_a_thread() -> None:
    story = Story()
    for thread in ("t1", "t1", "t2"):
        story.writes(0, "", thread=thread, tone="complaint")
    assert story.numbers(HOUR).value("share_bad") == (2, 2)


def test_a_tone_that_a_person_gave_counts_and_its_undoing_too() -> None:
    story = Story()
    item = story.writes(0, tone="praise")
    toned = story.does(item, "toned", 1, tone="complaint")
    assert story.numbers(HOUR).value("share_bad")[0] == 1
    story.does(item, "undone", 2, event=toned)
    assert story.numbers(HOUR).value("share_bad")[0] == 0


def test_reach_is_an_estimate_that_adds_each_persons_followers_once() -> None:
    story = Story()
    story.writes(0, "@a", tone="complaint", followers=100)
    story.writes(1, "@a", tone="complaint", followers=120)
    story.writes(2, "@b", tone="complaint")
    reach = story.numbers(HOUR)("reach_bad")
    assert (reach.value, reach.n, reach.kind, reach.high) == (120, 1, "estimate", 120)
    assert story.numbers(HOUR)("reach_good").why == "nobody shared a good experience in this window"


def test_a_share_of_voice_needs_a_competitor_feed() -> None:
    story = Story()
    story.writes(0)
    assert story.numbers(HOUR)("share_of_voice").why == "name a competitor feed"
    for n in range(3):
        story.writes(n, "@x", feed="rivals", role="competitor")
    story.writes(9, "@us", role="own")
    assert story.numbers(HOUR).value("share_of_voice") == (0.25, 4)
    assert story.numbers(HOUR).value("share_bad")[1] == 1, "watched feeds share nothing about us"


def test_a_promoter_score_comes_from_scores_only_and_stars_have_their_own() -> None:
    story = Story()
    for score in (10, 9, 8, 7, 6, 0):
        story.writes(0, score=score)
    assert story.numbers(HOUR)("nps_stars").why
    for stars in (5.0, 4.0, 3.0, 1.0):
        story.writes(0, stars=stars)
    numbers = story.numbers(HOUR)
    assert numbers.value("nps") == (0, 6)
    assert numbers.value("nps_stars") == (-25, 4)


def test_a_score_outside_the_question_is_none() -> None:
    story = Story()
    story.writes(0, score=11)
    assert story.numbers(HOUR).value("nps") == (None, 0)


def test_reviews_have_a_mean_for_each_feed_on_its_own_scale() -> None:
    story = Story()
    for stars in (2.0, 5.0):
        story.writes(0, feed="a", stars=stars)
    story.writes(0, feed="b", stars=9.0, scale=10)
    story.writes(0, "@x", feed="rivals", stars=1.0, role="competitor")
    numbers = story.numbers(HOUR, "24h")
    assert numbers.classes("review_mean") == ["a", "b", "rivals"]
    assert numbers.value("review_mean", "a") == (3.5, 2)
    assert numbers("review_mean", "b").unit == "stars of 10"
    assert story.numbers(3 * DAY, "24h")("review_mean", "a").why == "no review in this window"


def test_promises_count_a_day_after_they_were_due_and_released_ones_stand_apart() -> None:
    story = Story()
    item = story.writes(0)
    for due, state in ((1, "kept"), (2, "kept"), (3, "late"), (4, "broken"), (5, "open"), (6, "released")):
        story.promises_to(item, 0, due, state)
    story.promises_to(item, 0, DAY, "open")
    numbers = story.numbers(DAY + 6)
    assert numbers.value("promises_kept") == (0.4, 5)
    assert numbers("promises_kept").beside == (("released", 1),)
    assert story.numbers(DAY, "24h").value("promises_kept") == (None, 0)


def test_an_advocate_spoke_for_us_on_two_days_and_waits_for_nothing() -> None:
    story = Story()
    story.replies_to(story.writes(0, "@a", stars=5.0), 1, "thanks")
    story.replies_to(story.writes(DAY, "@a", tone="praise"), DAY + 1, "thanks")
    story.writes(0, "@b", stars=5.0)
    story.writes(1, "@b", tone="praise")
    numbers = story.numbers(2 * DAY)
    assert numbers.value("advocates") == (1, 2)
    assert set(numbers("advocates").ids) == {"comments:1", "comments:2"}
    story.writes(2 * DAY, "@a", text="where is it?")
    assert story.numbers(2 * DAY).value("advocates")[0] == 0


def test_points_halve_after_ninety_days_and_go_after_a_hundred_and_eighty() -> None:
    story = Story()
    story.writes(0, "@a", stars=5.0)
    story.writes(DAY, "@a", tone="praise")
    assert story.numbers(90 * DAY).value("advocates") == (1, 1)
    assert story.numbers(91 * DAY).value("advocates") == (0, 1)
    assert story.numbers(182 * DAY).value("advocates") == (0, 0)


def test_a_detractor_has_a_public_complaint_that_nobody_resolved() -> None:
    story = Story()
    item = story.writes(0, "@a", tone="complaint")
    assert story.numbers(DAY).value("detractors") == (1, 1)
    story.replies_to(item, DAY)
    assert story.numbers(DAY).value("detractors") == (0, 0)


def test_an_operators_tag_recommends_too() -> None:
    story = Story()
    item = story.writes(0, "@a")
    story.replies_to(item, 1)
    story.does(item, "recommends", 2)
    story.does(item, "recommends", DAY + 2)
    assert story.numbers(2 * DAY).value("advocates") == (1, 1)


def test_our_own_silence_is_measured_with_the_usual_one_beside_it() -> None:
    story = Story()
    for day in (0, 1, 3, 4):
        story.writes(day * DAY, "@us", role="own", kind="post")
    row = story.numbers(6 * DAY)("consistency_gap")
    assert (row.value, row.n) == (2 * 86_400, 4)
    assert row.beside == (("median gap", 86_400), ("longest gap in 90 d", 2 * 86_400))


def test_what_names_us_on_a_competitors_feed_counts_on_either_side() -> None:
    story = Story()
    story.writes(0)
    story.writes(1, "@x", feed="rivals", role="competitor")
    both = story.writes(2, "@y", feed="rivals", role="competitor", names_us=True)
    row = story.numbers(HOUR)("share_of_voice")
    assert (row.value, row.n, row.beside) == (0.5, 4, (("about both", 1),))
    assert both in row.ids
    assert len(row.ids) == 3


def test_the_range_of_money_never_ends_under_its_beginning() -> None:
    story = Story()
    for who in ("@a", "@b"):
        story.writes(0, who, tone="complaint")
        story.writes(-9, who, kind="purchase", tone="praise")
    row = story.numbers(DAY, orders=Orders(40))("money_at_risk")
    assert (row.low, row.high, row.unit) == (80, 80, "money")


def test_money_needs_an_order_value_and_gives_a_range() -> None:
    story = Story()
    story.writes(0, "@a", tone="complaint")
    story.writes(0, "@b", tone="complaint")
    story.writes(0, "@c", text="where is it?")
    story.replies_to(story.writes(0, "@d", tone="complaint"), 10)
    story.closes(story.writes(0, "@e", tone="complaint"), 10)
    story.writes(-9, "@a", kind="purchase", tone="praise")
    assert story.numbers(DAY)("money_at_risk").why == "set order_value"
    row = story.numbers(DAY, orders=Orders(40, "USD", 3))("money_at_risk")
    assert (row.n, row.low, row.kind, row.unit) == (2, 40, "estimate", "USD")
    assert near(row.high, 2 * 40 * 3 * 0.88)


def test_pickup_delay_is_the_middle_of_seen_less_posted() -> None:
    story = Story()
    for seen in (1, 2, 30):
        story.writes(0, seen=seen)
    story.writes(3, seen=0)
    assert story.numbers(HOUR).value("pickup_delay_median") == (90, 4)


def test_thanks_in_time_are_counted_among_praise_of_two_days() -> None:
    story = Story()
    story.replies_to(story.writes(0, tone="praise"), 2 * DAY, "thanks")
    story.replies_to(story.writes(0, tone="praise"), 2 * DAY + 1, "answer")
    story.replies_to(story.writes(0, tone="praise"), 1, "holding")
    assert near(story.numbers(2 * DAY)("thanked_within_48h").value, 1 / 3)
    assert story.numbers(2 * DAY - 1).value("thanked_within_48h") == (None, 0)
