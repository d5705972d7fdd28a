"""The firm's own colour and logo on its pages: a small style and a picture, both named by what is in them."""

from daylight.pages import colours
from daylight.pages.facts import SiteFacts
from daylight.pages.on_disk import digest_of


def assets(site: SiteFacts) -> dict[str, bytes]:
    """The files, by name; none while the firm keeps our look."""
    files = {}
    if site.colour:
        files[_named("own", _style(site), "css")] = _style(site)
    if site.logo:
        files[_named("logo", site.logo, "png")] = site.logo
    return files


def names(site: SiteFacts) -> dict[str, str]:
    """Under which names a page finds them."""
    return {("own_style" if name.endswith(".css") else "logo"): name for name in assets(site)}


def logo_size(site: SiteFacts) -> dict[str, int]:
    """Width and height of the logo in pixels, as the head of a PNG has them: nothing moves when it comes."""
    head = site.logo[16:24]
    if len(head) < 8:
        return {}
    return {"width": int.from_bytes(head[:4], "big"), "height": int.from_bytes(head[4:], "big")}


def _style(site: SiteFacts) -> bytes:
    shades = colours.theme(site.colour)
    light, dark = (f":root{{--link:{shades[mode]};--own:{shades[mode]}}}" for mode in ("light", "dark"))
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}".encode()


def _named(stem: str, body: bytes, suffix: str) -> str:
    return f"assets/{stem}-{digest_of(body)[:10]}.{suffix}"
