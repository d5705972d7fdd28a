# ruff: noqa: RUF001  # Letters of other scripts are what is tested.
"""Twenty languages and more, each in the character sets in which mails still come, from either direction."""

import pytest

from daylight.listen.sources.mailbox.reading import read
from daylight.listen.sources.mailbox.tests.samples import CAME, OWN, Held, a_mail, reading

WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "English": ("Where is my order? It’s late.", ("utf-8", "windows-1252", "utf-16")),
    "German": ("Wo ist meine Bestellung? Schöne Grüße", ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252")),
    "French": ("Où est ma commande ? Ça a été promis.", ("utf-8", "iso-8859-1", "iso-8859-15", "macintosh")),
    "Spanish": ("¿Dónde está mi pedido, señor?", ("utf-8", "iso-8859-1", "windows-1252")),
    "Portuguese": ("Onde está a minha encomenda? Não chegou.", ("utf-8", "iso-8859-1")),
    "Polish": ("Gdzie jest moje zamówienie? Żądam zwrotu.", ("utf-8", "iso-8859-2", "windows-1250")),
    "Czech": ("Kde je moje objednávka? Příliš žluťoučký kůň.", ("utf-8", "iso-8859-2", "windows-1250")),
    "Hungarian": ("Hol van a rendelésem? Őrült késés, sűrűn.", ("utf-8", "iso-8859-2", "windows-1250")),
    "Romanian": ("Unde este comanda mea? Să răspundeți.", ("utf-8", "iso-8859-16")),
    "Turkish": ("Siparişim nerede? Çok gecikti, ığdır.", ("utf-8", "iso-8859-9", "windows-1254")),
    "Latvian": ("Kur ir mans pasūtījums? Tas kavējas.", ("utf-8", "windows-1257", "iso-8859-13")),
    "Russian": ("Где мой заказ? Он опаздывает.", ("utf-8", "koi8-r", "windows-1251", "iso-8859-5", "cp866")),
    "Ukrainian": ("Де моє замовлення? Він запізнюється, їй-богу.", ("utf-8", "koi8-u", "windows-1251")),
    "Bulgarian": ("Къде е поръчката ми? Закъснява.", ("utf-8", "windows-1251")),
    "Greek": ("Πού είναι η παραγγελία μου; Άργησε.", ("utf-8", "iso-8859-7", "windows-1253")),
    "Hebrew": ("איפה ההזמנה שלי? היא מאחרת.", ("utf-8", "iso-8859-8", "iso-8859-8-i", "windows-1255")),
    "Arabic": ("أين طلبي؟ لقد تأخر كثيرا.", ("utf-8", "iso-8859-6", "windows-1256")),
    "Persian": ("سفارش من کجاست؟ دیر شده.", ("utf-8",)),
    "Hindi": ("मेरा ऑर्डर कहाँ है? देर हो गई।", ("utf-8", "utf-7")),
    "Thai": ("คำสั่งซื้อของฉันอยู่ที่ไหน", ("utf-8", "tis-620", "windows-874")),
    "Vietnamese": ("Đơn hàng của tôi ở đâu? Trễ rồi.", ("utf-8",)),
    "Chinese": ("我的订单在哪里？已经迟到了。", ("utf-8", "gb18030", "gb2312", "gbk", "hz-gb-2312")),
    "Chinese, Taiwan": ("我的訂單在哪裡？已經遲到了。", ("utf-8", "big5")),
    "Japanese": (
        "注文はどこですか。まだ届きません。",
        ("utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "windows-31j", "x-sjis"),
    ),
    "Korean": ("제 주문은 어디에 있나요? 늦었어요.", ("utf-8", "euc-kr", "ks_c_5601-1987", "iso-2022-kr")),
}

PYTHON = {
    "iso-8859-8-i": "iso-8859-8",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "hz-gb-2312": "hz",
}
"""What Python calls a set to write it."""

CASES = [(language, charset) for language, (_, charsets) in WORDS.items() for charset in charsets]


def in_charset(words: str, charset: str) -> bytes:
    """A mail of these words in a character set, by the name that mails have for it."""
    python = PYTHON.get(charset, charset)
    raw = a_mail(words, charset=python, subject=words)
    return raw.replace(f'charset="{python}"'.encode(), f'charset="{charset}"'.encode())


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_words_come_as_they_were_written(language: str, charset: str) -> None:
    words = WORDS[language][0]

    mail = reading(in_charset(words, charset))

    assert mail.text == words
    assert mail.subject == words
    assert not mail.left_out


@pytest.mark.parametrize("named", ["", "us-ascii", "x-unknown", "unknown-8bit", "utf-8", "idna", "punycode", "\x00"])
def test_a_wrong_name_of_the_set_loses_nothing(named: str) -> None:
    for raw, words in (("Où?".encode(), "Où?"), ("Où?".encode("cp1252"), "Où?"), (b"plain", "plain")):
        assert (
            reading(b"From: a@b.example\r\nContent-Type: text/plain; charset=%b\r\n\r\n" % named.encode() + raw).text
            == words
        )


def test_utf_8_that_is_called_latin_is_read_as_it_is() -> None:
    raw = a_mail("Où est-elle ?").replace(b'charset="utf-8"', b'charset="iso-8859-1"')

    assert reading(raw).text == "Où est-elle ?"


def test_bytes_that_are_no_letters_at_all_are_shown_as_such() -> None:
    mail = reading(a_mail("x", encoding="8bit").replace(b"\r\n\r\nx", b"\r\n\r\nhello \xff\xfe\xc3 you"))

    assert mail.text.startswith("hello")
    assert mail.text.endswith("you")


def test_a_subject_of_raw_bytes_is_read() -> None:
    for charset in ("utf-8", "cp1252"):
        raw = b"Subject: " + "Où est-elle ?".encode(charset) + b"\r\nFrom: a@b.example\r\n\r\nx"
        assert read([raw], own=OWN, received_at=CAME, keep=lambda name, kind: Held()).subject == "Où est-elle ?"


def test_signs_that_turn_the_direction_of_writing_stay_in_words_and_go_from_names() -> None:
    words = "\u2067שלום\u2069 hello"

    mail = reading(a_mail(words, subject=f"\u202e{words}"))

    assert mail.text == words
    assert mail.subject == "שלום hello"
