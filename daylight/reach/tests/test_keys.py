import pytest

from daylight.reach.keys import KeyRefused, delivery_key, read_delivery_key


def test_a_key_names_its_delivery_and_is_always_the_same() -> None:
    assert delivery_key(5, 11) == delivery_key(5, 11)
    assert read_delivery_key(delivery_key(5, 11)) == (5, 11)


@pytest.mark.parametrize("key", ["", "5.11", "5.11.", "6.11." + "0" * 20, "ö", "5.11.ö", "preview"])
def test_a_key_that_is_not_ours_is_refused(key: str) -> None:
    with pytest.raises(KeyRefused):
        read_delivery_key(key)
