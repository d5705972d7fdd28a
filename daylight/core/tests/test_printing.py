"""What is printed brings its typeface along."""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from daylight.core.printing import BOLD, SANS, use_typeface


def test_the_typeface_is_embedded_and_knows_the_names_of_europe() -> None:
    use_typeface()
    use_typeface()
    out = BytesIO()
    page = Canvas(out)
    for name in (SANS, BOLD):
        page.setFont(name, 12)
        page.drawString(72, 72, "Zoë Łukasz Δημήτρης Борис Ümit")
    page.save()

    content = out.getvalue()
    assert content.count(b"/FontFile2") == 2
    assert b"DejaVuSans-Bold" in content
