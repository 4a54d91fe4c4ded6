"""Which language a text is in: certain by script, sure by words, or not said."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxtui.core.lang import FAMILIES, language
from cxtui.core.text import clean
from cxtui.data import OURS, read
from tests.core.labelled import LANGUAGES, labelled

WORDS = read(OURS).evidence
FAMILY = {lang for family in FAMILIES.values() for lang in family}


def of(text: str, declared: str | None = None, only: tuple[str, ...] = ()) -> str | None:
    return language(text, declared, only, words=WORDS)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("ໂຄມໄຟມາຮອດແລ້ວ", "lo"), ("โคมไฟมาถึงแล้ว", "th"), ("ল্যাম্প এসেছে", "bn"), ("விளக்கு வந்தது", "ta"),
        ("램프가 왔어요", "ko"), ("ランプが届きました", "ja"), ("灯到了", "zh"), ("המנורה הגיעה", "he"),
        ("Η λάμπα ήρθε", "el"), ("დიდი მადლობა", "ka"), ("Շնորհակալություն", "hy"), ("መብራቱ መጣ", "am"),
        ("ចង្កៀងមកដល់ហើយ", "km"), ("မီးအိမ်ရောက်ပြီ", "my"), ("దీపం వచ్చింది", "te"), ("ದೀಪ ಬಂದಿದೆ", "kn"),
        ("വിളക്ക് എത്തി", "ml"), ("દીવો આવ્યો", "gu"), ("ਦੀਵਾ ਆ ਗਿਆ", "pa"), ("පහන ආවා", "si"),
    ],
)  # fmt: skip
def test_a_script_that_one_language_writes_is_certain(text: str, lang: str) -> None:
    assert of(text) == lang
    assert of(f"{text} Luna") == lang, "names of goods are often Latin"
    assert of(text, "en", ("en",)) == lang, "whatever the feed says"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("متى يصل الطلب إلى عمان", "ar"), ("سفارش من کی می‌رسد؟ خیلی ممنون", "fa"),
        ("میرا آرڈر کب آئے گا", "ur"),
        ("Когда приедет мой заказ?", "ru"), ("Коли приїде моє замовлення?", "uk"),
        ("मेरा ऑर्डर कब आएगा? मुझे नहीं मिला है", "hi"), ("माझी ऑर्डर कधी येणार आहे", "mr"),
        ("Quando arriva il mio ordine? Grazie", "it"), ("Wanneer komt mijn bestelling aan?", "nl"),
        ("Kapan barang saya sampai ya kak?", "id"), ("Khi nào đơn hàng của tôi đến?", "vi"),
        ("Kiedy będzie moje zamówienie? Dziękuję", "pl"), ("Siparişim ne zaman gelecek?", "tr"),
        ("När kommer min beställning? Tack så mycket", "sv"),
    ],
)  # fmt: skip
def test_languages_of_one_script_are_told_apart(text: str, lang: str) -> None:
    assert of(text) == lang


@pytest.mark.parametrize(
    "text",
    ["", "👍👍", "5521", "…?!", "https://the.shop.example/is/this?what=ever", "@the_shop #and", "qwrtz xkcd"],
)
def test_what_says_nothing_is_not_guessed(text: str) -> None:
    assert of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Milloin tilaukseni saapuu perille?", "Mikor érkezik meg a rendelésem?", "Kada stiže moja narudžba?",
        "Agizo langu litafika lini?", "Kdy dorazí moje objednávka?", "Noz vat deoc'h holl",
    ],
)  # fmt: skip
def test_a_language_without_a_list_is_not_taken_for_another(text: str) -> None:
    assert of(text) is None


def test_the_declared_language_decides_a_draw_and_never_against_the_words() -> None:
    assert of("Luna 40 W") is None
    assert of("Luna 40 W", "fr-CA") == "fr"
    assert of("Merci beaucoup, la lampe est très belle", "en-US") == "fr"
    assert of("ໂຄມໄຟ", "en") == "lo"
    assert of("Luna 40 W", "lo") is None, "Latin letters are no Lao"
    assert of("Luna 40 W", "fi") == "fi", "a language that is not known here may be what the feed says"


def test_only_the_users_languages_are_guessed() -> None:
    assert of("Quando arriva il mio ordine? Grazie", only=("it", "pt")) == "it"
    assert of("Quando arriva il mio ordine? Grazie", only=("pt", "es")) != "it"


def test_the_words_of_a_text_decide_not_its_case_or_apostrophes() -> None:
    for text in ("WHERE IS MY ORDER", "where is my order", "Where’s my order and when will it come"):
        assert of(text) == "en"
    assert of("L’application est très lente") == of("l'application est très lente") == "fr"


def test_of_the_labelled_texts_hardly_any_is_taken_for_another_language() -> None:
    found: Counter[tuple[str, str]] = Counter()
    for lang in LANGUAGES:
        for one in (*labelled(lang), *labelled(lang, fresh=True)):
            said = of(one.text)
            found[lang, "right" if said == lang else "unsure" if said is None else "wrong"] += 1
    print()
    for lang in LANGUAGES:
        print(f"{lang}: " + ", ".join(f"{found[lang, how]} {how}" for how in ("right", "unsure", "wrong")))
    total = sum(found.values())
    right = sum(found[lang, "right"] for lang in LANGUAGES)
    wrong = sum(found[lang, "wrong"] for lang in LANGUAGES)
    assert right / total >= 0.93
    assert wrong / total <= 0.01


@given(st.text(max_size=400), st.sampled_from([None, "en", "lo", "xx", "pt-BR", ""]))
def test_any_text_has_one_answer_and_cleaning_does_not_change_it(text: str, declared: str | None) -> None:
    said = clean(text)
    assert of(said, declared) == of(clean(said), declared)
    assert of(said) is None or of(said) in FAMILY or len(of(said) or "") == 2


@pytest.mark.parametrize("piece", ["l'", "http://", "@a", "a\u0301", "ບໍ່", "\n", "the ", "'"])
def test_a_long_hostile_text_is_answered(piece: str) -> None:
    said = of(piece * (65_536 // len(piece)))
    assert said is None or 2 <= len(said) <= 3
