"""The phone line: what a caller on hold hears, made of the same facts as the page."""
