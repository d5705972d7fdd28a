"""Finds the components that an alert is about, by its labels."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from daylight.incidents.models import Component
from daylight.watch.models import Alert, LabelRule, Monitor

MOST = 500


class Components:
    """Our components by the names under which monitors may know them."""

    def __init__(self, monitor: Monitor) -> None:
        self._of_monitor = set(monitor.components.values_list("pk", flat=True))
        self._rules = list(LabelRule.objects.values_list("label", "value", "component_id"))
        self._by_name: dict[str, int] = {}
        for pk, key, name in Component.objects.in_use().values_list("pk", "key", "name"):
            self._by_name |= {key.casefold(): pk, name.casefold(): pk}

    def of(self, labels: Mapping[str, str]) -> set[int]:
        """Those that a rule names for one of the labels, or that a label calls by key or name.

        A supplier's alert is about what depends on the supplier, whatever its labels say.
        """
        if self._of_monitor:
            return self._of_monitor
        named = {part.strip().casefold() for value in labels.values() for part in (value, *value.split(","))}
        found = {self._by_name[name] for name in named if name in self._by_name}
        return found | {component for label, value, component in self._rules if _fits(labels.get(label), value)}


def look_again() -> None:
    """What fires without a component may have one by the rules of now."""
    for monitor in Monitor.objects.filter(alerts__ended_at__isnull=True, alerts__isnull=False).distinct():
        components = Components(monitor)
        for alert in Alert.objects.firing().filter(monitor=monitor, components__isnull=True)[:MOST]:
            alert.components.set(components.of(alert.labels))


def _fits(said: str | None, wanted: str) -> bool:
    pattern = wanted.casefold().replace("[", "[[]").replace("?", "[?]")
    return said is not None and fnmatchcase(said.casefold(), pattern)
