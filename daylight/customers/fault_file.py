"""The rows of a file that could not be taken, as a CSV to mend and import again."""

import csv
from collections.abc import Iterator
from itertools import groupby

from daylight.core.spreadsheets import Echo, harmless
from daylight.customers.models import Import


def fault_lines(row: Import) -> Iterator[str]:
    """The lines of the file: each faulty row as it was, its line number, and every reason; read in a stream."""
    writer = csv.writer(Echo(), delimiter=row.separator or ",")
    yield writer.writerow([*(harmless(heading) for heading in row.header), "Line", "What is wrong"])
    faults = row.faults.order_by("line", "pk").iterator(chunk_size=2000)
    width = len(row.header)
    for line, group in groupby(faults, key=lambda fault: fault.line):
        found = list(group)
        reasons = " ".join(f"{fault.column}: {fault.reason}" if fault.column else fault.reason for fault in found)
        cells = [harmless(cell) for cell in found[0].row]
        cells += [""] * (width - len(cells))
        yield writer.writerow([*cells, str(line), harmless(reasons)])
