"""Who sounds upset, in four languages, and who only has bad news."""

import pytest

from daylight.listen.understanding.tone import upset

UPSET = [
    "This is a disgrace. Three weeks and not a word.",
    "I am absolutely FURIOUS with you people",
    "WHERE IS MY MONEY??? GIVE IT BACK, THIS IS AWFUL",
    "seriously??? again???",
    "I've had enough, cancel everything.",
    "You should be ashamed. Worst bank ever.",
    "So frustrating, and the lady on the phone was rude.",
    "😡 again no bus",
    "Mir reicht's jetzt, das ist eine Frechheit!",
    "Unverschämt, wie man hier behandelt wird.",
    "Ihr wollt mich doch verarschen",
    "Ich bin enttäuscht und ehrlich gesagt sauer.",
    "SCHON WIEDER KEIN STROM UND KEINER SAGT WAS",
    "C'est inadmissible, j'en ai marre.",
    "Estoy harta, esto es una vergüenza.",
]
CALM = [
    "",
    "???",
    "The app shows a white screen when I open my basket.",
    "My order has not arrived.",
    "When do you open on Sundays?",
    "Das Licht im Flur ist hell, danke!",
    "Wann kommt die nächste Bahn? Die letzte war um sieben.",
    "Thank you so much, you're the best!!",
    "Please send the invoice to ACME GMBH, Harbour Street 5.",
    "I was a bit disappointed by the colour of the cushion.",
    "Bonjour, je n'ai pas reçu ma commande.",
    "¿A qué hora abren mañana?",
    "荷物が届きません",
    "\u202eabc" * 50,
]


@pytest.mark.parametrize("text", UPSET)
def test_who_is_beside_themselves_is_heard(text: str) -> None:
    assert upset(text)


@pytest.mark.parametrize("text", CALM)
def test_trouble_told_calmly_is_not_upset(text: str) -> None:
    assert not upset(text)
