# ruff: noqa: RUF001  # Letters of other scripts are what is tested.
"""Who wrote: a person, a machine, many to many, a sender of spam, or we ourselves."""

import pytest

from daylight.listen.sources.mailbox.tests.samples import a_mail, reading

ABSENT = [
    "Automatic reply: Order 7",
    "Out of Office",
    "Auto: Re: your order",
    "Automatische Antwort: Verspätung",
    "Abwesenheitsnotiz: Verspätung",
    "Réponse automatique : Commande",
    "Respuesta automática: Pedido",
    "Risposta automatica: Ordine",
    "Resposta automática: Encomenda",
    "Automatisch antwoord: Bestelling",
    "Autosvar: Ordre",
    "Automatiskt svar: Order",
    "Automaattinen vastaus: Tilaus",
    "Odpowiedź automatyczna: Zamówienie",
    "Automatická odpověď: Objednávka",
    "Automatikus válasz: Rendelés",
    "Otomatik Yanıt: Sipariş",
    "Автоматический ответ: Заказ",
    "Автоматична відповідь: Замовлення",
    "Αυτόματη απάντηση: Παραγγελία",
    "رد تلقائي: الطلب",
    "תשובה אוטומטית: הזמנה",
    "自动回复: 订单",
    "自動返信: 注文",
    "자동 회신: 주문",
]


@pytest.mark.parametrize("subject", ABSENT)
def test_an_answer_in_absence_is_known_by_its_subject(subject: str) -> None:
    nature = reading(a_mail("I am away.", subject=subject)).nature

    assert nature.name == "automatic"


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office hours nobody answers the phone",
        "Your automatic reply says nothing",
        "Auto insurance: where is my refund?",
        "Thank you for your help, it still fails",
        "Re: Vacation home booking 4471",
        "Absent luggage",
        "",
    ],
)
def test_a_person_is_not_taken_for_a_machine_by_a_word(subject: str) -> None:
    assert reading(a_mail(subject=subject)).nature.name == "words"


@pytest.mark.parametrize(
    ("fields", "nature"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "auto-generated; owner-email=x"}, "automatic"),
        ({"Auto_Submitted": "no"}, "words"),
        ({"X_Auto_Response_Suppress": "DR, OOF, AutoReply"}, "automatic"),
        ({"X_Auto_Response_Suppress": "DR, RN"}, "words"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"Precedence": "auto_reply"}, "automatic"),
        ({"X_Autoreply": "yes"}, "automatic"),
        ({"X_Loop": "help@else.example"}, "automatic"),
        ({"Return_Path": "<>"}, "automatic"),
        ({"From": "MAILER-DAEMON@mail.example"}, "automatic"),
        ({"List_Id": "<news.other.example>"}, "automatic"),
        ({"List_Unsubscribe": "<https://other.example/u>"}, "automatic"),
        ({"List_Id": "Help <help.shop.example>", "Precedence": "list"}, "words"),
        ({"X_Spam_Flag": "YES"}, "spam"),
        ({"X_Spam_Status": "Yes, score=9"}, "spam"),
        ({"X_Spam_Status": "No, score=0"}, "words"),
        ({"X_Daylight_Incident": "7"}, "automatic"),
        ({"From": "Help <help@shop.example>"}, "automatic"),
        ({"From": "Help <help+1@shop.example>"}, "automatic"),
    ],
)
def test_the_nature_of_a_mail_by_its_head(fields: dict[str, str], nature: str) -> None:
    assert reading(a_mail(**fields)).nature.name == nature


def test_our_own_mail_that_came_round_is_known_as_ours() -> None:
    assert reading(a_mail(X_Daylight_Incident="7")).nature.is_ours
    assert reading(a_mail(From="help@shop.example")).nature.is_ours
    assert not reading(a_mail(Auto_Submitted="auto-replied")).nature.is_ours


def test_a_mail_from_nobody_and_one_that_has_passed_too_many_servers_are_machines() -> None:
    travelled = b"Received: by a.example\r\n" * 51 + a_mail()

    assert reading(a_mail(), is_from_nobody=True).nature.name == "automatic"
    assert reading(travelled).nature.name == "automatic"
    assert "automatic" not in reading(a_mail()).nature.name
