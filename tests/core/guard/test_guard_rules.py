"""The rules one by one: where they look, what they leave alone, and where they point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cxtui.core.guard import BLOCKS, LEVELS, Context, Draft, Elsewhere, Finding, guard
from cxtui.core.guard.private import owned
from cxtui.core.item import ReplyKind
from tests.core.drafted import NOON, labelled

EN = replace(labelled("en")[0].context, asked=("The lamp is broken",), heard=("The lamp is broken",))


def found(text: str, context: Context = EN, rule: str = "", kind: ReplyKind = "answer") -> list[Finding]:
    return [one for one in guard(Draft(text, kind), context) if rule in ("", one.rule)]


def pieces(text: str, rule: str, context: Context = EN) -> list[str]:
    """What of a text a rule points at."""
    return [text[slice(*one.at)] for one in found(text, context, rule)]


def test_levels_are_those_that_scripts_rely_on() -> None:
    by_level = {level: {rule for rule in LEVELS if LEVELS[rule] == level} for level in LEVELS.values()}
    assert by_level == {
        "block": {"empty", "unresolved-variable", "too-long", "visibility", "duplicate", "payment-data"},
        "warn": {
            "personal-data", "blame", "shouting", "undated-promise", "language", "repeated", "thread-changed",
        },
        "info": {"question", "no-next-step", "spelling"},
    }  # fmt: skip
    assert set(BLOCKS) == by_level["block"]


@pytest.mark.parametrize(
    "number",
    [
        "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111.1111.1111.1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4111\u00a01111\u00a01111\u00a01111", "4111\u20111111\u20111111\u20111111",
        "4111 - 1111 - 1111 - 1111", "4222222222222",
        "٤١١١١١١١١١١١١١١١", "໔໑໑໑ ໑໑໑໑ ໑໑໑໑ ໑໑໑໑", "৪১১১১১১১১১১১১১১১", "４１１１１１１１１１１１１１１１",
        "378282246310005", "3782 822463 10005", "30569309025904", "3530111333300000", "6011111111111117",
        "2223003122003222", "5555555555554444", "4111 1111 1111 1111 12/29 123", "(4111) 1111 1111 1111",
        "order 5 paid with 4111 1111 1111 1111", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00",
        "de89-3704-0044-0532-0130-00", "FR14 2004 1010 0505 0001 3M02 606", "GB82WEST12345698765432.",
    ],
)  # fmt: skip
def test_a_card_or_an_account_in_public_blocks(number: str) -> None:
    for text in (number, f"We used {number}, all is well.", f"ໃຊ້ {number} ແລ້ວ", f"رقم {number} صحيح"):
        [one] = found(text, rule="payment-data")
        assert number.strip("().").startswith(text[slice(*one.at)].strip("().")[:4]) or "order" in number
        assert one.blocks
        assert found(text, replace(EN), "payment-data")
    assert not [f for f in guard(Draft(number, visibility="direct"), EN) if f.rule == "payment-data"]


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112", "4111 1111 1111 1112", "0000000000000000", "DE89370400440532013001",
        "XX89370400440532013000",
        "Order number 4539578763621486", "order #4539578763621486", "tracking number: 4539578763621486",
        "invoice no. 4539578763621486", "https://shop.example/orders/4111111111111111", "+4915112345678",
        "LP4111111111111111LA", "4111111111111111a", "2026-11-22 2026-11-24 2026", "IMEI 356938035643809",
        "You paid by card. Your order number is 4539578763621486.",
        "1234567890123456", "003404341610940425", "9400100000000000000000", "22.11.2026 24.11.2026",
        "020 5551 2345, 020 5551 2346", "4,111,111,111,111,112", "GB82 WEST", "DE89 and 3704 more",
        "The code is 4929 123 456 781 and not on the card", "se 10 000 000 000 000 000 000 000 is",
    ],
)  # fmt: skip
def test_other_numbers_are_no_cards(text: str) -> None:
    assert pieces(text, "payment-data") == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("es", "El número de pedido 4539578763621486 está pagado"),
        ("pt", "O código de rastreio é 4539578763621486"),
        ("fr", "Votre numéro de commande est le 4539578763621486"),
        ("de", "Ihre Bestellnummer lautet 4539578763621486"),
        ("ar", "رقم الطلب 4539578763621486 مدفوع"),
        ("bn", "আপনার অর্ডার নম্বর 4539578763621486"),
        ("lo", "ເລກຕິດຕາມ 4539578763621486 ຢູ່ວຽງຈັນ"),
        ("tl", "Ang tracking number po ay 4539578763621486"),
    ],
)
def test_a_number_that_is_named_otherwise_is_no_card_in_any_language(lang: str, text: str) -> None:
    assert pieces(text, "payment-data", labelled(lang)[0].context) == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "order paid with card 4539578763621486"),
        ("en", "Order 5521 was charged to 4539578763621486"),
        ("en", "the reference of your Visa is 4539578763621486"),
        ("es", "pedido pagado con tarjeta 4539578763621486"),
        ("pt", "pedido pago com cartão 4539578763621486"),
        ("fr", "commande payée par carte 4539578763621486"),
        ("de", "Bestellung mit Karte 4539578763621486 bezahlt"),
        ("ar", "طلبك بالبطاقة 4539578763621486"),
        ("bn", "অর্ডার কার্ড 4539578763621486"),
        ("lo", "ໃບສັ່ງ ຈ່າຍດ້ວຍບັດ 4539578763621486"),
        ("tl", "order gamit ang card 4539578763621486"),
    ],
)
def test_a_card_beside_an_order_is_a_card(lang: str, text: str) -> None:
    assert pieces(text, "payment-data", labelled(lang)[0].context) == ["4539578763621486"]


def test_a_card_written_together_with_a_word_is_a_card_and_an_order_is_none() -> None:
    for glued in (
        "card4539578763621486",
        "card４５３９５７８７６３６２１４８６",
        "cardno_4539 5787 6362 1486",
    ):
        assert found(f"it goes to {glued} today", rule="payment-data"), glued
    for other in ("order4539578763621486", "INV4539578763621486", "LP-A4539578763621486x"):
        assert found(f"it is {other} today", rule="payment-data") == [], other


def test_a_card_named_as_an_order_but_written_as_a_card_blocks() -> None:
    assert found("your order number 4539 5787 6362 1486", rule="payment-data")


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("write to mai.p@post.example now", "mai.p@post.example"),
        ("Mai@Gmail.com", "Mai@Gmail.com"),
        ("We called +856 20 5551 2345 today", "856 20 5551 2345"),
        ("We called 020 5551 2345 / 020 5551 2346", "020 5551 2345"),
        ("at 415-555-2671?", "415-555-2671"),
        ("(0711) 123 456", "0711) 123 456"),
        ("we texted ٠٥٠١٢٣٤٥٦٧", "٠٥٠١٢٣٤٥٦٧"),
    ],
)
def test_mail_and_phone_in_public_are_warned_of(text: str, piece: str) -> None:
    assert piece in pieces(text, "personal-data")
    assert not [f for f in guard(Draft(text, visibility="direct"), EN) if f.rule == "personal-data"]


@pytest.mark.parametrize(
    "text",
    [
        "Write to desk@shop.example", "Mail returns@shop.example or help@mail.shop.example",
        "Ask @mai@lamps.example",
        "support@courier.example knows more", "Call us on 020 5551 2345", "Our hotline: 0800 123 4567",
        "Order 0205551234", "order number 020 555 1234", "It costs 1 250 000 LAK", "It is 0.123456789 m",
        "Open 09:00-17:00, 22.11.2026", "Version 10.20.30.40", "1,234,567 lamps", "room 0711",
        "2026/11/22 10.30",
        "tracking number 00340434161094042557", "invoice 0048112233", "5 kg, 120 x 60 x 40 cm",
    ],
)  # fmt: skip
def test_our_own_addresses_and_other_numbers_are_not(text: str) -> None:
    assert pieces(text, "personal-data") == []


def test_what_the_customer_gave_is_theirs_even_where_it_looks_like_ours() -> None:
    gave = replace(EN, heard=("it is help@friend.example, or 020 5551 2345",))
    assert pieces("Call us or write to help@friend.example", "personal-data") == []
    assert pieces("Call us or write to help@friend.example", "personal-data", gave) == ["help@friend.example"]
    assert pieces("Call us? We called 020-5551-2345", "personal-data", gave) == ["020-5551-2345"]


def test_what_the_configuration_calls_ours_is_ours() -> None:
    mine = replace(
        EN, own=owned(["lamps.example", "ana@gmail.com", "+856 20 5551 2345", "DE89 3704 0044 0532 0130 00"])
    )
    text = "joe@lamps.example, ana@gmail.com, +856-20-5551-2345, DE89370400440532013000"
    assert found(text, mine, "personal-data") == []
    assert found(text, mine, "payment-data") == []
    assert pieces("tom@gmail.com", "personal-data", mine) == ["tom@gmail.com"]


@pytest.mark.parametrize(
    ("limit", "counted", "most_bytes", "text", "rest"),
    [
        (5, "code points", None, "lamps on", " on"),
        (5, "graphemes", None, "ກ້ຳກ້ຳກ້ຳ ok", "k"),
        (5, "graphemes", None, "e\u0301e\u0301e\u0301e\u0301e\u0301x", "x"),
        (30, "statuses", None, "https://shop.example/a/very/long/address/of/a/page see", None),
        (25, "statuses", None, "https://shop.example/a/very/long/address/of/a/page see", "ee"),
        (None, "code points", 6, "ກກກ", "ກ"),
        (3, "bytes", None, "abc", None),
        (0, "code points", None, "abc", "abc"),
    ],
)
def test_too_long_counts_as_the_network_does_and_points_at_the_rest(
    limit: int | None, counted: str, most_bytes: int | None, text: str, rest: str | None
) -> None:
    context = replace(EN, limit=limit, counted=counted, most_bytes=most_bytes, network="Shop")
    found_here = found(text, context, "too-long")
    assert [text[slice(*one.at)] for one in found_here] == ([] if rest is None else [rest])
    assert all("Shop takes" in one.message for one in found_here)


def test_a_direct_question_is_not_answered_in_public() -> None:
    direct = replace(EN, direct=True)
    assert [one.rule for one in guard(Draft("It is fixed", visibility="public"), direct)] == ["visibility"]
    assert not guard(Draft("It is fixed", visibility="direct"), direct)
    only = replace(EN, ways=("public",), network="Shop")
    [one] = guard(Draft("It is fixed", visibility="direct"), only)
    assert (one.rule, one.message) == ("visibility", "Shop takes only public replies")


def test_the_same_words_are_said_once_however_they_are_written() -> None:
    said = replace(EN, ours=("It is  FIXED – really!",))
    assert [one.rule for one in found("it is fixed, really", said)] == ["duplicate"]
    assert found("it is fixed, mostly", said) == []
    assert [one.rule for one in found("🙏", replace(EN, ours=("🙏",)))] == ["duplicate"]
    assert found("🙏", replace(EN, ours=("❤",))) == []


def test_thanks_in_public_are_not_the_same_twice_a_day() -> None:
    sent = replace(EN, today=(Elsewhere("Thank you so much", "@tom"),))
    [one] = found("Thank you so much!", sent, kind="thanks")
    assert (one.rule, one.message) == ("duplicate", "the same thanks went to @tom in public today; vary it")
    [one] = found("Thank you so much!", sent)
    assert (one.rule, one.message) == ("repeated", "the same text went to @tom today")
    private = replace(EN, today=(Elsewhere("Thank you so much", "@tom", "direct"),))
    assert [one.rule for one in found("Thank you so much!", private, kind="thanks")] == ["repeated"]
    assert found("Yes!", replace(EN, today=(Elsewhere("Yes", "@tom"),))) == []


def test_a_changed_thread_is_said_in_its_own_words() -> None:
    [one] = found("It is fixed", replace(EN, changed="Tom answered already"))
    assert (one.rule, one.at, one.message) == ("thread-changed", (0, 11), "Tom answered already")


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u200b\u2060", "\x1b[31m"])
def test_nothing_to_send_is_empty_and_nothing_else(text: str) -> None:
    assert [(one.rule, one.at) for one in guard(Draft(text), EN)] == [("empty", (0, len(text)))]


def test_variables_are_pointed_at_and_a_customers_braces_are_not_ours_to_fill() -> None:
    assert pieces("👋🏽 {name}, order {{order}}", "unresolved-variable") == ["{name}", "{{order}}"]
    said = replace(EN, heard=("your mail says: Hello {name}!",))
    assert pieces("“Hello {name}” was our mistake, {name}.", "unresolved-variable", said) == ["{name}"]
    assert len(pieces("“Hello {name}” was our mistake.", "unresolved-variable")) == 1


def test_places_are_code_points_of_the_draft_whatever_stands_before() -> None:
    for before in (
        "",
        "👩‍👩‍👧 ",
        "ﬃ Ⅷ ",
        "ສະບາຍດີ ນ້ຳ ",
        "العربيّةُ ",
        "e\u0301\u0302\u0303 ",
        "\u0130ß ",
        "\u202eabc ",
    ):
        text = f"{before}you should have read it, 4111 1111 1111 1111"
        assert pieces(text, "payment-data") == ["4111 1111 1111 1111"]
        assert pieces(text, "blame") == ["you should have read"]


def test_quoting_the_customer_is_not_blaming() -> None:
    said = replace(EN, heard=("they told me: that is not our fault",))
    assert pieces("You were told “that is not our fault”, which was wrong.", "blame", said) == []
    assert pieces("We say “that is not our fault”.", "blame") == ["not our fault"]
    assert pieces("> that is not our fault\nWe are on it today.", "blame", said) == []


@pytest.mark.parametrize(
    ("text", "loud"),
    [
        ("This is NOT what we said", ["NOT"]),
        ("PLEASE READ THE PAGE", ["PLEASE READ THE PAGE"]),
        ("The LUNA XL comes with USB-C, LED and GPS", []),
        ("NASA, UNESCO and IKEA use it", []),
        ("FREE SHIPPING on FARO", []),
        ("Great! Thanks! Bye!", []),
        ("Great! Thanks! Bye! Yes! No!", ["! No!"]),
        ("What?!", ["?!"]),
        ("Merci ! Oui !", []),
        ("Non !!", ["!!"]),
        ("すごい！！", ["！！"]),
        ("¡¡Hola!!", ["!!"]),
        ("¡Hola! ¿Qué tal?", []),
        ("Stop‼", ["‼"]),
        ("OK", []),
        ("I AM A", []),
    ],
)
def test_shouting(text: str, loud: list[str]) -> None:
    assert pieces(text, "shouting") == loud


def test_capitals_that_the_configuration_knows_are_names() -> None:
    assert pieces("The NOT lamp", "shouting", replace(EN, known=frozenset({"not"}))) == []


def test_an_apology_needs_a_next_step() -> None:
    text = "We are so sorry for this."
    assert pieces(text, "no-next-step") == ["so sorry"]
    for step in (
        "A new lamp leaves today.",
        "Could you send a photo?",
        "See https://shop.example/help",
        "Order 5521 is paid.",
    ):
        assert pieces(f"{text} {step}", "no-next-step") == []
    held = Draft(text, "holding", promised=datetime(2026, 11, 25, tzinfo=UTC))
    assert [one.rule for one in guard(held, EN)] == []
    assert found(text, kind="thanks") == []


def test_a_promise_without_a_date_is_named_unless_the_writer_gave_one() -> None:
    text = "We will look into it and write to you."
    assert found(text, rule="undated-promise")
    assert not [one for one in guard(Draft(text, promised=NOON), EN) if one.rule == "undated-promise"]
    assert found("We will write to you by Friday 17:00.", rule="undated-promise") == []


def test_questions_that_nothing_answers_are_listed_at_the_end() -> None:
    asks = replace(EN, asked=("Is it waterproof? Which bulb fits?", "How much is the shade?"))
    text = "Thanks for asking!"
    listed = found(text, asks, "question")
    assert [one.message for one in listed] == [
        "is this answered? “Is it waterproof?”",
        "is this answered? “Which bulb fits?”",
        "is this answered? “How much is the shade?”",
    ]
    assert {one.at for one in listed} == {(len(text), len(text))}
    answered = "Yes, it is waterproof. A bulb with 40 watts fits, and the shade is 19 euros."
    assert found(answered, asks, "question") == []


@pytest.mark.parametrize(
    ("asked", "text", "warned"),
    [
        (
            "Wo bleibt meine Lampe, ich warte seit Montag",
            "Your lamp is with the courier and comes today",
            True,
        ),
        ("Nice shop", "Thank you, we are very glad that you like it", False),
        ("Wo bleibt meine Lampe, ich warte seit Montag", "OK, VISA", False),
        ("ໂຄມໄຟຢູ່ໃສ", "Your lamp is with the courier and comes today", True),
        ("Where is my lamp, I wait since Monday", "ໂຄມໄຟຢູ່ກັບຂົນສົ່ງແລ້ວ", True),
        ("5521", "Your lamp is with the courier and comes today", False),
        (
            "Where is my lamp, I wait since Monday",
            "“Wo ist sie?” Your lamp comes today, it is with the courier",
            False,
        ),
    ],
)
def test_another_language_is_said_only_where_both_are_sure(asked: str, text: str, *, warned: bool) -> None:
    context = replace(EN, asked=(asked,), heard=(asked,), lang=None)
    assert bool(found(text, context, "language")) is warned


def knows(right: set[str]) -> Callable[[str, str], bool | None]:
    return lambda word, _: word.lower() in right


def nothing(_word: str, _lang: str) -> bool:
    return False


def unsure(_word: str, _lang: str) -> None:
    return None


def test_misspelt_words_are_those_that_are_no_names() -> None:
    right = {
        "hi",
        "the",
        "lamp",
        "comes",
        "with",
        "colour",
        "please",
        "see",
        "ask",
        "and",
        "it",
        "is",
        "on",
        "its",
        "way",
        "to",
        "you",
        "don't",
    }
    context = replace(EN, known=frozenset({"mai"}), heard=("my farolito",), spelled=knows(right))
    text = (
        "Hi mai, the lammp comes with Vientiane colour, don't. Teh USB lamp and farolito is on its way: "
        "https://shp.example @nokk #lampp x4y lampco.example e-mail@shp.example {naame} and it is on its "
        "way to you"
    )
    assert pieces(text, "spelling", context) == ["lammp", "Teh"]
    assert pieces("Teh lammp", "spelling", replace(context, spelled=unsure)) == []


def test_a_dictionary_of_another_language_stays_quiet() -> None:
    context = replace(EN, spelled=nothing)
    assert pieces("The lamp comes with the courier today and the shade is free", "spelling", context) == []


def test_a_language_without_lists_has_the_other_rules() -> None:
    text = "Лампа уже в пути!! 4111 1111 1111 1111, mai@post.example"
    rules = {one.rule for one in found(text)}
    assert {"payment-data", "personal-data", "shouting"} <= rules
