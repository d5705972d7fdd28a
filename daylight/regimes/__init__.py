"""Legal and contractual clocks and required elements, as data packs."""
