"""Relations point down, due rows have their partial index, loops are registered, migrations are one line."""

import importlib

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q

from daylight.core.due import DueRow
from daylight.worker.registry import LOOPS
from tests.architecture.rooms import LEVEL, PACKAGE, room_of

OURS = [model for model in apps.get_models() if model.__module__.startswith("daylight.")]
DUE = [model for model in OURS if issubclass(model, DueRow)]


def test_every_relation_points_to_the_same_room_or_down() -> None:
    """String references escape the import contracts, and so are looked at here."""
    upward = []
    for model in OURS:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or not isinstance(target, type) or not room_of(target.__module__):
                continue
            if LEVEL[room_of(target.__module__)] > LEVEL[room_of(model.__module__)]:
                upward.append(f"{model._meta.label}.{field.name} points up to {target.__module__}")

    assert upward == []


def test_no_relation_is_generic() -> None:
    """A pointer to any table cannot be kept by the database."""
    generic = [
        model._meta.label for model in OURS if any("GenericForeignKey" in type(f).__name__ for f in fields(model))
    ]

    assert generic == []


def fields(model: type[models.Model]) -> list[object]:
    """Fields, private ones too."""
    return [*model._meta.get_fields(include_hidden=True), *model._meta.private_fields]


@pytest.mark.parametrize("model", DUE, ids=lambda model: model._meta.label)
def test_a_due_row_has_the_partial_index_of_what_still_waits(model: type[models.Model]) -> None:
    waiting = Q(due_at__isnull=False)

    assert [index for index in model._meta.indexes if index.fields == ["due_at"] and index.condition == waiting]


def test_every_loop_is_registered_once_under_its_room() -> None:
    names = [loop.name for loop in LOOPS]
    in_rooms = {
        loop.name: path.parent.name
        for path in sorted(PACKAGE.glob("*/loops.py"))
        if path.parent.name != "core"
        for loop in importlib.import_module(f"daylight.{path.parent.name}.loops").LOOPS
    }

    assert sorted(names) == sorted(in_rooms)
    assert [name for name, room in in_rooms.items() if not name.startswith(f"{room}.")] == []


def test_migrations_are_one_line_in_each_room() -> None:
    graph = MigrationLoader(None).graph
    rooms = {key[0] for key in graph.nodes if key[0] in LEVEL}

    assert {room: len(graph.leaf_nodes(room)) for room in rooms} == dict.fromkeys(rooms, 1)
    for key in graph.nodes:
        if key[0] in LEVEL:
            parents = [parent.key for parent in graph.node_map[key].parents if parent.key[0] == key[0]]
            assert len(parents) <= 1, f"{key} follows {parents}"
