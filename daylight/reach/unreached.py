"""Whom a notice could not reach: written down when its deliveries are, so that no screen must search the register."""

from django.db import connection
from django.db.models import Exists, QuerySet

from daylight.incidents.models import AffectedCustomer
from daylight.reach.models import Delivery, Notice
from daylight.reach.moves import State


def write_down(notice: Notice, stretch: QuerySet[AffectedCustomer]) -> None:
    """Keep those of a stretch of the audience for whom nothing was put in line, just after the rest was."""
    in_line = Delivery.objects.of_outer_customer(notice.pk).filter(state=State.QUEUED)
    bare, parameters = stretch.filter(~Exists(in_line)).order_by().values("customer_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO reach_unreached (notice_id, customer_id) SELECT %s, bare.customer_id FROM ({bare}) AS bare",  # noqa: S608  # Made by Django, values apart.
            [notice.pk, *parameters],
        )
