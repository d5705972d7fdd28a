"""A few small pictures, drawn in the line; each stands beside a word and is hidden from screen readers."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

DRAWINGS: dict[str, str] = {
    "sun": '<path d="M5 17a7 7 0 0 1 14 0"/><path d="M2 21h20M12 3v3M4.2 7.2l2 2M19.8 7.2l-2 2"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
    "people": '<circle cx="9" cy="8" r="4"/><path d="M2 21c0-9 14-9 14 0M16 4a4 4 0 0 1 0 8M18 14c3 1 4 3 4 6"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m3 7 9 6 9-6"/>',
    "phone": '<rect x="7" y="2" width="10" height="20" rx="2"/><path d="M11 18h2"/>',
    "page": '<path d="M6 2h8l5 5v15H6z"/><path d="M14 2v5h5"/>',
    "alert": '<path d="M12 3 2 21h20z"/><path d="M12 10v5M12 18v.01"/>',
    "check": '<path d="m4 12 6 6L20 6"/>',
    "cross": '<path d="m5 5 14 14M19 5 5 19"/>',
    "plus": '<path d="M12 4v16M4 12h16"/>',
    "pen": '<path d="M4 20h4L20 8l-4-4L4 16z"/>',
    "send": '<path d="M3 11 21 3l-7 18-3-8z"/>',
    "back": '<path d="M9 6 3 12l6 6M3 12h12a6 6 0 0 1 6 6"/>',
    "arrow": '<path d="M4 12h16M14 6l6 6-6 6"/>',
    "lock": '<rect x="4" y="11" width="16" height="10" rx="2"/><path d="M8 11V7a4 4 0 0 1 8 0v4"/>',
    "eye": '<path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z"/><circle cx="12" cy="12" r="3"/>',
    "upload": '<path d="M12 16V4M7 9l5-5 5 5M4 20h16"/>',
    "download": '<path d="M12 4v12M7 11l5 5 5-5M4 20h16"/>',
    "gear": '<circle cx="12" cy="12" r="3"/><path d="M12 2v4M12 18v4M2 12h4M18 12h4M5 5l3 3M16 16l3 3M19 5l-3 3"/>',
    "plug": '<path d="M9 2v6M15 2v6M6 8h12v3a6 6 0 0 1-12 0zM12 17v5"/>',
    "menu": '<path d="M3 6h18M3 12h18M3 18h18"/>',
    "question": '<circle cx="12" cy="12" r="9"/><path d="M9.5 9a2.5 2.5 0 1 1 3.5 2.5c-.7.4-1 1-1 1.5M12 17v.01"/>',
    "dot": '<circle cx="12" cy="12" r="5" fill="currentColor"/>',
    "triangle": '<path d="M12 4 3 20h18z" fill="currentColor"/>',
    "list": '<path d="M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01"/>',
    "outbox": '<path d="M3 13h5l2 3h4l2-3h5v7H3zM12 10V2M8 6l4-4 4 4"/>',
    "flask": '<path d="M9 2h6M10 2v7L4 20c-.5 1 0 2 1 2h14c1 0 1.5-1 1-2L14 9V2M7 15h10"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "clock" %}`: the drawing of that name."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(DRAWINGS[name]),  # noqa: S308  # Our own drawings, above.
    )
