"""Incidents by Statuspage's calls: declared, told, corrected, ended and taken back as at the desk."""

from datetime import timedelta

from conftest import START, HandClock
from daylight.accounts.models import AuditEntry, Organisation
from daylight.api.statuspage.tests.conftest import Program
from daylight.incidents.models import Incident, PageOnly, Promise, Update
from daylight.incidents.tests.makers import a_component
from daylight.incidents.words import Kind, Severity

FIELDS = {
    "id", "components", "created_at", "impact", "impact_override", "incident_updates", "incident_impacts", "metadata",
    "monitoring_at", "name", "page_id", "postmortem_body", "postmortem_body_last_updated_at", "postmortem_ignored",
    "postmortem_notified_subscribers", "postmortem_notified_twitter", "postmortem_published_at", "resolved_at",
    "scheduled_auto_completed", "scheduled_auto_in_progress", "scheduled_for", "scheduled_remind_prior",
    "auto_transition_deliver_notifications_at_end", "auto_transition_deliver_notifications_at_start",
    "auto_transition_to_maintenance_state", "auto_transition_to_operational_state", "scheduled_reminded_at",
    "scheduled_until", "shortlink", "status", "updated_at", "reminder_intervals",
}  # fmt: skip


def test_an_incident_gets_a_clock_and_words_like_any_other(program: Program, clock: HandClock) -> None:
    shop = a_component("Shop")
    said = program(
        "POST", "{page}/incidents",
        {"incident": {
            "name": "Card payments fail", "status": "investigating", "body": "Cards are refused.",
            "components": {shop.public_id: "major_outage"}, "metadata": {"ticket": {"id": 7}},
        }}, status=201,
    )  # fmt: skip

    assert set(said) >= FIELDS
    assert (said["name"], said["status"], said["impact"]) == ("Card payments fail", "investigating", "critical")
    assert said["incident_updates"][0]["body"] == "Cards are refused."
    assert said["components"][0]["status"] == "major_outage"
    assert said["metadata"] == {"ticket": {"id": 7}}
    incident = Incident.objects.get()
    assert (incident.kind, incident.severity, incident.is_public) == (Kind.OUTAGE, Severity.HIGHLY_MATERIAL, True)
    promise = Promise.objects.get()
    assert promise.state == Promise.State.OPEN
    assert START < promise.promised_for <= START + incident.cadence.between
    assert {entry.act for entry in AuditEntry.objects.all()} >= {"incident.declare", "update.publish"}


def test_the_call_may_name_the_next_word(program: Program) -> None:
    at = (START + timedelta(minutes=10)).isoformat()
    program("POST", "{page}/incidents", {"incident": {"name": "Slow", "next_update_by": at}}, status=201)

    assert Promise.objects.get().promised_for == START + timedelta(minutes=10)


def test_an_incident_goes_from_word_to_word_to_its_end(program: Program, clock: HandClock) -> None:
    shop = a_component("Shop")
    made = program("POST", "{page}/incidents.json", {"name": "Slow", "component_ids": [shop.public_id]}, status=201)
    address = f"{{page}}/incidents/{made['id']}"
    clock.move(minutes=4)
    states = {"components": {shop.public_id: "partial_outage"}}
    said = program("PATCH", address, {"incident": {"status": "identified", "message": "A disk is full.", **states}})

    newest, first = said["incident_updates"]
    assert newest["body"] == "A disk is full."
    assert newest["affected_components"][0]["new_status"] == "partial_outage"
    assert first["status"] == "investigating"
    clock.move(minutes=4)
    said = program("PUT", address, {"incident": {"status": "resolved", "body": "The disk is empty."}})
    assert (said["status"], said["components"][0]["status"]) == ("resolved", "operational")
    assert said["incident_updates"][0]["body"] == "The disk is empty."
    assert said["resolved_at"] == "2026-05-04T12:08:00.000Z"
    assert [row.state for row in Promise.objects.order_by("pk")] == ["kept", "kept"]
    assert program("GET", "{page}/incidents/unresolved") == []
    assert [row["id"] for row in program("GET", "{page}/incidents.json?q=disk")] == [made["id"]]
    assert program("GET", "{page}/incidents?q=nowhere") == []
    assert program("GET", "{page}/incidents?page=2&limit=1") == []


def test_a_word_after_the_end_opens_and_ends_it_again(program: Program, clock: HandClock) -> None:
    made = program("POST", "{page}/incidents", {"name": "Slow", "status": "resolved", "body": "Over."}, status=201)
    clock.move(minutes=5)
    said = program(
        "PATCH", f"{{page}}/incidents/{made['id']}", {"incident": {"status": "investigating", "body": "Again."}}
    )

    assert (said["status"], said["resolved_at"]) == ("investigating", None)
    assert said["incident_updates"][0]["body"] == "Again."
    assert Incident.objects.get().is_open


def test_quiet_words_stand_on_the_page_and_are_sent_to_nobody(program: Program) -> None:
    said = program("POST", "{page}/incidents", {"name": "Slow", "deliver_notifications": False}, status=201)

    assert said["incident_updates"][0]["deliver_notifications"] is False
    assert PageOnly.objects.get().update == Update.objects.get()


def test_a_new_name_or_state_alone_is_told_on_the_page_only(program: Program) -> None:
    shop = a_component("Shop")
    made = program("POST", "{page}/incidents", {"name": "Slow", "body": "It is slow."}, status=201)
    address = f"{{page}}/incidents/{made['id']}"
    change = {"name": "Very slow", "components": {shop.public_id: "degraded_performance"}}
    said = program("PATCH", address, {"incident": change})

    assert said["name"] == "Very slow"
    assert said["components"][0]["status"] == "degraded_performance"
    assert said["incident_updates"][0]["deliver_notifications"] is False
    assert (
        len(
            program("PATCH", f"{{page}}/incidents/{made['id']}", {"incident": {"name": "Very slow"}})[
                "incident_updates"
            ]
        )
        == 2
    )


def test_planned_work_is_scheduled_moved_begun_and_completed(program: Program, clock: HandClock) -> None:
    shop = a_component("Shop")
    window = {"scheduled_for": "2026-05-05T12:00:00Z", "scheduled_until": "2026-05-05T13:00:00Z"}
    made = program(
        "POST", "{page}/incidents",
        {"incident": {"name": "New disk", "body": "We change a disk.", "component_ids": [shop.public_id],
                      "scheduled_auto_in_progress": True, **window}}, status=201,
    )  # fmt: skip
    address = f"{{page}}/incidents/{made['id']}"

    assert (made["status"], made["impact"], made["scheduled_auto_in_progress"]) == ("scheduled", "maintenance", True)
    assert made["scheduled_for"] == "2026-05-05T12:00:00.000Z"
    assert [row["id"] for row in program("GET", "{page}/incidents/upcoming.json")] == [made["id"]]
    assert [row["id"] for row in program("GET", "{page}/incidents/scheduled")] == [made["id"]]
    assert program("GET", "{page}/incidents/active_maintenance") == []
    moved = program("PATCH", address, {"incident": {"scheduled_until": "2026-05-05T14:00:00Z"}})
    assert moved["scheduled_until"] == "2026-05-05T14:00:00.000Z"
    clock.move(days=1)
    program("PATCH", address, {"incident": {"status": "in_progress"}})
    assert [row["id"] for row in program("GET", "{page}/incidents/active_maintenance")] == [made["id"]]
    shop.refresh_from_db()
    assert shop.state == "maintenance"
    said = program("PATCH", address, {"incident": {"status": "completed", "body": "Done."}})
    assert (said["status"], said["components"][0]["status"]) == ("completed", "operational")


def test_what_was_in_the_past_says_when_it_was(program: Program) -> None:
    past = {"backfilled": True, "backfill_date": "2026-04-01", "body": "It was down."}
    said = program("POST", "{page}/incidents", {"incident": {"name": "Long ago", **past}}, status=201)

    assert (said["status"], said["started_at"]) == ("resolved", "2026-04-01T00:00:00.000Z")
    assert said["created_at"] == "2026-05-04T12:00:00.000Z"
    assert said["incident_updates"][0]["deliver_notifications"] is False


def test_editing_an_update_is_a_correction(program: Program, clock: HandClock) -> None:
    made = program("POST", "{page}/incidents", {"name": "Slow", "body": "All cards fail."}, status=201)
    update = made["incident_updates"][0]
    address = f"{{page}}/incidents/{made['id']}/incident_updates/{update['id']}"
    clock.move(minutes=1)

    said = program("PATCH", address, {"incident_update": {"body": "Only one card fails."}})

    assert (said["id"], said["body"], said["incident_id"]) == (update["id"], "Only one card fails.", made["id"])
    correction = Update.objects.get(kind=Update.Kind.CORRECTION)
    assert correction.corrects is not None
    assert correction.corrects.public_id == update["id"]
    newest, old = program("GET", f"{{page}}/incidents/{made['id']}")["incident_updates"]
    assert newest["body"] == "Only one card fails.\n\nWe said: All cards fail."
    assert old["body"] == "All cards fail."
    assert program("PUT", address, {"incident_update": {"deliver_notifications": False}})["id"] == update["id"]
    assert Update.objects.count() == 2
    assert "publication" in program("PUT", address, {"display_at": "2020-01-01T00:00:00Z"}, status=422)["message"]


def test_deleting_takes_it_off_the_page_and_keeps_the_record(program: Program) -> None:
    shop = a_component("Shop")
    states = {"components": {shop.public_id: "major_outage"}}
    made = program("POST", "{page}/incidents", {"incident": {"name": "Slow", **states}}, status=201)

    assert program("DELETE", f"{{page}}/incidents/{made['id']}.json")["id"] == made["id"]

    incident = Incident.objects.get()
    assert not incident.is_public
    assert not incident.is_open
    assert incident.updates.count() == 1
    assert AuditEntry.objects.filter(act="incident.withdraw", subject=incident.public_id).exists()
    shop.refresh_from_db()
    assert shop.state == "operational"
    assert program("GET", f"{{page}}/incidents/{made['id']}", status=404)["message"]


def test_the_impact_may_be_set(program: Program) -> None:
    made = program("POST", "{page}/incidents", {"incident": {"name": "Slow", "impact_override": "major"}}, status=201)
    assert (made["impact"], made["impact_override"]) == ("major", "major")

    said = program("PATCH", f"{{page}}/incidents/{made['id']}", {"incident": {"impact_override": "critical"}})

    assert (said["impact"], Incident.objects.get().severity) == ("critical", Severity.HIGHLY_MATERIAL)


def test_two_pairs_of_eyes_are_needed_here_too(program: Program) -> None:
    organisation = Organisation.get()
    organisation.two_person_rule = True
    organisation.save()

    said = program("POST", "{page}/incidents", {"incident": {"name": "Slow"}}, status=422)

    assert said["message"] == said["error"] == "Another member must say yes to these words before they go."
    assert not Incident.objects.exists()


def test_the_same_call_twice_is_done_once(program: Program) -> None:
    said = {"incident": {"name": "Slow"}}
    first = program("POST", "{page}/incidents", said, status=201, **{"Idempotency-Key": "a"})

    assert program("POST", "{page}/incidents", said, status=201, **{"Idempotency-Key": "a"}) == first
    assert Incident.objects.count() == 1


def test_a_post_mortem_is_written_published_and_taken_back(program: Program, clock: HandClock) -> None:
    made = program("POST", "{page}/incidents", {"name": "Slow"}, status=201)
    address = f"{{page}}/incidents/{made['id']}/postmortem"
    program("GET", address, status=404)
    assert program("PUT", address, {"postmortem": {"body_draft": "A disk."}})["body_draft"] == "A disk."
    assert "goes on" in program("PUT", f"{address}/publish", {}, status=409)["message"]
    program("PATCH", f"{{page}}/incidents/{made['id']}", {"incident": {"status": "resolved", "body": "Over."}})

    said = program("PUT", f"{address}/publish", {"postmortem": {"notify_subscribers": False}})

    assert (said["body"], said["published_at"]) == ("A disk.", "2026-05-04T12:00:00.000Z")
    shown = program("GET", f"{{page}}/incidents/{made['id']}")
    assert (shown["status"], shown["postmortem_body"]) == ("postmortem", "A disk.")
    assert program("PUT", f"{address}/revert")["published_at"] is None
    assert program("GET", f"{{page}}/incidents/{made['id']}")["status"] == "resolved"
    assert program("DELETE", address, status=204) is None
    program("GET", address, status=404)
