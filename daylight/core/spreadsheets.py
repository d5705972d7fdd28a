"""Tables for spreadsheets: no cell that one takes for a formula, and lines written one by one."""

RISKY = ("=", "+", "-", "@", "\t", "\r", "|", "%")
"""Signs with which a spreadsheet takes a cell for a formula or a command."""

BOM = "\ufeff"
"""By it spreadsheets know that a file is UTF-8."""


class Echo:
    """What `csv.writer` writes to: its `writerow` then returns the line."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers such as +49 30 1 stay as they are."""
    if cell.startswith(RISKY) and not cell[1:].replace(" ", "").isdecimal():
        return f"'{cell}"
    return cell
