"""What a writer decides in the composer: to fill in, to keep with a reason, to send as it is, to pause."""

from django.http import QueryDict

from daylight.accounts.roles import Act
from daylight.incidents import calm, keeping
from daylight.incidents.as_read import one_line_end
from daylight.incidents.failures import IncidentFailure, SaysWhy
from daylight.incidents.filling import Filling
from daylight.incidents.models import Update
from daylight.incidents.models.readiness import check as check_readiness
from daylight.incidents.remarks import CHANGED, Answer
from daylight.incidents.views.finding import typed
from daylight.incidents.views.writing import Before, Writing


def fill(writing: Writing) -> None:
    """Without a script: put in what the pressed button offers, or take it out again."""
    data = writing.data or QueryDict()
    if "undo" in data:
        _take_out(writing, data)
    elif "fill" in data:
        _put_in(writing, str(data["fill"]))


def _put_in(writing: Writing, key: str) -> None:
    remark = writing.checked.by_key(key)
    if remark is None or remark.fill is None:
        writing.answer = writing.checked.answer(key, CHANGED)
        return
    name, value = _answer(remark.fill, writing)
    writing.undo = [(name, (writing.data or QueryDict()).get(name, ""), value)]
    writing.begin_anew({name: value})


def _take_out(writing: Writing, data: QueryDict) -> None:
    """Give each field the words it had, as long as nobody wrote in it since."""
    before = {}
    for name, was, filled in zip(*map(data.getlist, ("undo-name", "undo-value", "undo-after")), strict=False):
        if one_line_end(data.get(name, "")) == one_line_end(filled):
            before[name] = was
        else:
            language, _, part = name.rpartition("-")
            writing.answer = Answer("You wrote on since it was filled in; take it out by hand.", "", language, part)
    writing.begin_anew(before)


def _answer(offered: Filling, writing: Writing) -> tuple[str, str]:
    """The field that is filled in, and with what."""
    if offered.field:
        return offered.field, offered.value
    statement = offered.applied(writing.statement)
    return f"{offered.language}-{offered.part}", str(getattr(statement.texts[offered.language], offered.part))


def decide(writing: Writing, draft: Update | None) -> None:
    """Keep the words of the remark whose button was pressed, or open it again; if not, `writing.answer` says why."""
    data, member, now = writing.data or QueryDict(), writing.request.member, writing.now
    if "keep" in data:
        _keep(writing, str(data["keep"]), draft)
    elif "reopen" in data:
        key = str(data["reopen"])
        opened = writing.checked.by_key(key)
        if opened is None:
            writing.answer = writing.checked.answer(key, CHANGED)
            return
        keeping.take_back(writing.incident, opened, by=member, at=now)
        writing.check_again()


def _keep(writing: Writing, key: str, draft: Update | None) -> None:
    reason, remark = typed(writing.data or QueryDict(), f"because-{key}"), writing.checked.by_key(key)
    if remark is None:
        writing.answer = writing.checked.answer(key, CHANGED, reason)
        return
    try:
        keeping.keep(writing.incident, [remark], reason=reason, by=writing.request.member, at=writing.now, update=draft)
    except SaysWhy as problem:
        writing.answer = writing.checked.answer(key, str(problem), reason)
        return
    writing.check_again()


def let_go(writing: Writing, act: str, draft: Update) -> bool:
    """Send it off, or ask for a yes; False when the writer is shown something first. Raises what `send_off` raises."""
    member, now = writing.request.member, writing.now
    check_readiness(draft, at=now, but_for_the_yes=act == "ask")
    if _is_asked_first(writing, act, draft):
        return False
    if act == "ask":
        draft.ask_approval(by=member, at=now)
    elif member.may(Act.PUBLISH_UPDATE):
        draft.send_off(by=member, at=now)
    keeping.mended(draft, left=writing.checked.remarks, at=now)
    return True


def _is_asked_first(writing: Writing, act: str, draft: Update) -> bool:
    """Whether errors have no reason yet, or the writer wants a calm moment; one answer lets it go."""
    errors, now, member = writing.checked.errors, writing.now, writing.request.member
    because = typed(writing.data or QueryDict(), "because")
    if errors and because.strip():
        keeping.keep(writing.incident, errors, reason=because, by=member, at=now, update=draft)
        writing.check_again()
        errors = []
    mirror = calm.mirror(writing.incident, member, writing.checked.remarks, at=now)
    stops = mirror is not None and mirror.stops
    if errors:
        keeping.put_to_the_writer(writing.incident, errors, at=now, update=draft)
    if stops:
        calm.ask(writing.incident, member, at=now)
    if errors or stops:
        writing.before = Before(act, errors, mirror if stops else None)
    return writing.before is not None


def pause(writing: Writing) -> None:
    """Book the member's pause."""
    if calm.pause(writing.incident, writing.request.member, at=writing.now) is None:
        raise IncidentFailure("Word is due too soon for a pause; what you wrote is kept.")


def go_on(writing: Writing) -> None:
    """End the pause that runs."""
    moment = calm.running(writing.incident, writing.request.member, at=writing.now)
    if moment is not None:
        moment.go_on(at=writing.now)
