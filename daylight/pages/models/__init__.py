"""The rows of the room."""

from daylight.pages.models.banner_secret import BannerSecret
from daylight.pages.models.choosing import Alternative, AlternativeText, Choice
from daylight.pages.models.fresh_link import FreshLink
from daylight.pages.models.how_we_tell import HowWeTell
from daylight.pages.models.on_hold import LineCheck, OnHold, OwnSpeech, PhoneLine, Recording, SpokenText
from daylight.pages.models.page import EmbedSettings, Page, Placement, Publication
from daylight.pages.models.page_words import PageWords
from daylight.pages.models.target import Target

__all__ = [
    "Alternative",
    "AlternativeText",
    "BannerSecret",
    "Choice",
    "EmbedSettings",
    "FreshLink",
    "HowWeTell",
    "LineCheck",
    "OnHold",
    "OwnSpeech",
    "Page",
    "PageWords",
    "PhoneLine",
    "Placement",
    "Publication",
    "Recording",
    "SpokenText",
    "Target",
]
