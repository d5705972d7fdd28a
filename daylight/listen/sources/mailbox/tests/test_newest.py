# ruff: noqa: RUF001  # Letters of other scripts are what is tested.
"""What a customer wrote last, in the languages and habits of mail programs."""

import pytest

from daylight.listen.sources.mailbox.newest import newest

LEADS = [
    "On Mon, 4 May 2026 at 10:00, Shop <help@shop.example> wrote:",
    "On Mon, 4 May 2026 at 10:00, The Shop of Many Long Names in its Sender\n<help@shop.example> wrote:",
    "Am 4. Mai 2026 um 10:00 schrieb Shop <help@shop.example>:",
    "Am Mo., 4. Mai 2026 um 10:00 Uhr schrieb Shop <\nhelp@shop.example>:",
    "Le lun. 4 mai 2026 à 10:00, Shop <help@shop.example> a écrit :",
    "El lun, 4 may 2026 a las 10:00, Shop (<help@shop.example>) escribió:",
    "Il giorno lun 4 mag 2026 alle ore 10:00 Shop <help@shop.example> ha scritto:",
    "Em seg., 4 de mai. de 2026 às 10:00, Shop <help@shop.example> escreveu:",
    "Op ma 4 mei 2026 om 10:00 schreef Shop <help@shop.example>:",
    "Den mån 4 maj 2026 kl 10:00 skrev Shop <help@shop.example>:",
    "man. 4. maj 2026 kl. 10.00 skrev Shop <help@shop.example>:",
    "ma 4. toukok. 2026 klo 10.00 Shop (help@shop.example) kirjoitti:",
    "pon., 4 maj 2026 o 10:00 Shop <help@shop.example> napisał(a):",
    "po 4. 5. 2026 v 10:00 odesílatel Shop <help@shop.example> napsal:",
    "Shop <help@shop.example> ezt írta (időpont: 2026. máj. 4., H, 10:00):\n> x",
    "Shop <help@shop.example>, 4 May 2026 Pzt, 10:00 tarihinde şunu yazdı:",
    "пн, 4 мая 2026 г. в 10:00, Shop <help@shop.example> пишет:",
    "пн, 4 трав. 2026 р. о 10:00 Shop <help@shop.example> пише:",
    "Στις Δευ 4 Μαΐ 2026 στις 10:00, Shop <help@shop.example> έγραψε:",
    "בתאריך יום ב׳, 4 במאי 2026 ב-10:00 מאת Shop <help@shop.example> כתב:",
    "في الاثنين، 4 مايو 2026 10:00 Shop <help@shop.example> كتب:",
    "Shop <help@shop.example> 于2026年5月4日周一 10:00写道：",
    "2026年5月4日(月) 10:00 Shop <help@shop.example>:",
    "2026년 5월 4일 (월) 오전 10:00, Shop <help@shop.example>님이 작성:",
    "Vào Th 2, 4 thg 5, 2026 lúc 10:00 Shop <help@shop.example> đã viết:",
]

OUTLOOKS = [
    "From: Shop <help@shop.example>\nSent: Monday, 4 May 2026 10:00\nTo: Ada\nSubject: Late",
    "-----Original Message-----\nFrom: Shop\nSent: Monday\nSubject: Late",
    "________________________________\nVon: Shop\nGesendet: Montag, 4. Mai 2026 10:00\nAn: Ada\nBetreff: Spät",
    "-----Ursprüngliche Nachricht-----\nVon: Shop\nBetreff: Spät",
    "De : Shop\nEnvoyé : lundi 4 mai 2026\nÀ : Ada\nObjet : Retard",
    "De: Shop\nEnviado el: lunes\nPara: Ada\nAsunto: Tarde",
    "Da: Shop\nInviato: lunedì\nA: Ada\nOggetto: Ritardo",
    "Van: Shop\nVerzonden: maandag\nAan: Ada\nOnderwerp: Laat",
    "Od: Shop\nWysłano: poniedziałek\nDo: Ada\nTemat: Opóźnienie",
    "От: Shop\nОтправлено: понедельник\nКому: Ada\nТема: Поздно",
    "发件人: Shop\n发送时间: 2026年5月4日\n收件人: Ada\n主题: 延误",
    "差出人: Shop\n送信日時: 2026年5月4日\n宛先: Ada\n件名: 遅延",
    "보낸 사람: Shop\n보낸 날짜: 2026년\n받는 사람: Ada\n제목: 지연",
    "*From:* Shop\n*Sent:* Monday\n*To:* Ada\n*Subject:* Late",
]


@pytest.mark.parametrize("lead", LEADS)
def test_what_is_answered_is_left_out_below(lead: str) -> None:
    assert newest(f"My parcel 4471 is late.\n\n{lead}\n\n> We are late.\n> > Really?\n") == "My parcel 4471 is late."


@pytest.mark.parametrize("lead", LEADS)
def test_an_answer_below_what_it_answers_stays(lead: str) -> None:
    assert newest(f"{lead}\n> We are late.\n> Sorry.\n\nThat is not enough.\n") == "That is not enough."


@pytest.mark.parametrize("block", OUTLOOKS)
def test_what_outlook_quotes_without_a_mark_is_left_out(block: str) -> None:
    assert newest(f"My parcel 4471 is late.\n\n{block}\n\nWe are late.\nSorry.\n") == "My parcel 4471 is late."


def test_answers_between_the_lines_stay() -> None:
    text = "Hello,\n\nOn 4 May 2026 10:00, Shop <a@b.example> wrote:\n> Which order?\n10-4471\n> Which day?\nMonday."

    assert newest(text) == "Hello,\n\n10-4471\nMonday."


def test_nothing_but_a_quote_is_kept_whole() -> None:
    for text in ("> We are late.\n> Sorry.", f"{OUTLOOKS[0]}\n\nWe are late.", "--\nAda", "Best regards,\nAda"):
        assert newest(text) == text.strip()


@pytest.mark.parametrize(
    "ending",
    [
        "-- \nAda Moss\n1 High Street",
        "Best regards,\nAda Moss\nHead of Things | +44 20 7946 0018",
        "Mit freundlichen Grüßen\n\nAda Moss",
        "Cordialement,\nAda",
        "С уважением,\nАда",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "发自我的 iPhone",
        "よろしくお願いいたします。\nエイダ",
        "تحياتي\nآدا",
        "Cheers, Ada",
    ],
)
def test_a_signature_is_left_out(ending: str) -> None:
    assert newest(f"My parcel 4471 is late.\nSince Monday.\n\n{ending}\n") == "My parcel 4471 is late.\nSince Monday."


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but the parcel is still late.\nWhere is it?",
        "It says:\n- late\n- very late\nWhy?",
        "Best regards do not mend it.\nWhere is my money?",
        "From: Berlin\nTo: Hamburg\nmy train was cancelled. Who pays?",
        "I wrote: please call me.\nNobody did.",
        "He wrote to me on 4 May 2026 at 10:00 that it is:\nlate, and I want my money back.",
        "Subject: refund\nI want my money back.",
        "Name: Ada\nOrder: 4471\nComplaint: it is broken",
        "--\nall I got was a dash",
    ],
)
def test_words_that_only_look_like_a_quote_or_a_signature_stay(text: str) -> None:
    assert newest(text) == text


def test_a_word_after_the_signature_stays() -> None:
    assert newest("It is late.\n\nRegards\nAda\n\nPS: It is a present!") == "It is late.\n\nPS: It is a present!"
