"""Reads the environment: every setting of an installation is a `DAYLIGHT_*` variable or `DATABASE_URL`.

A variable nobody knows stops the start, because a misspelt one would otherwise be ignored in silence.
`NAME_FILE` is read in place of `NAME`, so that secrets can come from files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingProblem(Exception):
    """A setting that cannot be used; the message says which, why and what to do."""


@dataclass(frozen=True)
class Setting:
    """One variable an operator may set: its name, what it does, and the value used when it is absent."""

    name: str
    says: str
    default: str = ""


class Environment:
    """The settings of one installation, read once at the start."""

    def __init__(self, variables: Mapping[str, str], settings: Iterable[Setting]) -> None:
        self._variables = variables
        self._known = {setting.name: setting for setting in settings}
        self._refuse_unknown()

    def text(self, name: str) -> str:
        """The value of `name`, from itself, from the file that NAME_FILE names, or its default."""
        path = self._variables.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as problem:
                raise SettingProblem(f"{name}_FILE names {path}, which cannot be read: {problem.strerror}.") from None
        return self._variables.get(name, self._known[name].default).strip()

    def number(self, name: str) -> int:
        """The value of `name` as a whole number."""
        value = self.text(name)
        if not value.isascii() or not value.isdigit():
            raise SettingProblem(f"{name} is {value!r}; write a whole number such as {self._known[name].default}.")
        return int(value)

    def yes(self, name: str) -> bool:
        """The value of `name` as yes or no; anything odd is refused."""
        value = self.text(name).lower()
        if value in {"yes", "true", "1", "on"}:
            return True
        if value in {"no", "false", "0", "off", ""}:
            return False
        raise SettingProblem(f"{name} is {value!r}; write yes or no.")

    def names(self, name: str) -> list[str]:
        """The value of `name` as a list separated by commas."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def _refuse_unknown(self) -> None:
        known = set(self._known) | {f"{name}_FILE" for name in self._known}
        for name in self._variables:
            if name.startswith("DAYLIGHT_") and name not in known:
                raise SettingProblem(
                    f"{name} is not a setting of Daylight. docs/run/settings.md lists them all; check the spelling."
                )
