import pytest
from django.conf import settings

from daylight.core.links import LinkRefused
from daylight.reach import links


def _token(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[1]


def test_a_preference_link_carries_customer_and_contact_point() -> None:
    url = links.preferences_url(7, 11)

    assert url.startswith(f"{settings.SITE_URL}/preferences/")
    assert links.read_preferences(_token(url)) == (7, 11, 0)


def test_an_unsubscribe_link_carries_contact_point_and_notice() -> None:
    assert links.read_unsubscribe(_token(links.unsubscribe_url(11, 5))) == (11, 5)
    assert links.read_unsubscribe(_token(links.unsubscribe_url(11))) == (11, None)


def test_an_address_for_receipts_carries_its_provider() -> None:
    url = links.receipts_url(3)

    assert url.startswith(f"{settings.SITE_URL}/receipts/")
    assert links.read_receipts(_token(url)) == 3
    with pytest.raises(LinkRefused):
        links.read_receipts(_token(links.unsubscribe_url(3)))


def test_a_link_for_one_purpose_is_refused_for_another() -> None:
    with pytest.raises(LinkRefused):
        links.read_preferences(_token(links.unsubscribe_url(7, 11)))


def test_an_altered_link_is_refused() -> None:
    with pytest.raises(LinkRefused):
        links.read_unsubscribe("1" + _token(links.unsubscribe_url(11, 5)))
