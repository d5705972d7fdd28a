"""XML in few words: elements, and a document of them. What XML cannot hold is left out."""

import re
from xml.etree import ElementTree

Element = ElementTree.Element

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, *inside: "Element | str | None", **attributes: str) -> Element:
    """An element with a text or with elements inside; a None among them is left out. `xml_lang` is xml:lang."""
    made = Element(tag, {name.replace("_", ":"): writable(value) for name, value in attributes.items()})
    for each in inside:
        if isinstance(each, str):
            made.text = writable(each)
        elif each is not None:
            made.append(each)
    return made


def document(root: Element) -> bytes:
    """The file of a root element, in UTF-8."""
    body: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


def writable(text: str) -> str:
    """The text without the signs that no XML file may hold."""
    return _UNWRITABLE.sub("", text)
