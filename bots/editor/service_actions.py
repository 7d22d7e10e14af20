"""What an editor does with a service: save a draft, discard it, publish it. All of it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.editor.publishing import put_in_force
from bots.editor.service_form import Edited, moved, read_service
from bots.editor.service_page import ServiceView, Typed, not_found, read_view, service_page
from bots.editor.words import signature
from bots.parts import Parts
from bots.web.forms import Form
from bots.web.pages import local_time
from dialogs.services import Service, Text
from knowledge import audit_rows, releases
from knowledge.database import Connection
from knowledge.releases import StaleDraft, VersionRow
from knowledge.staff_rows import StaffSession

MAX_NOTE = 500
_NO_NOTE = Text("Юу, яагаад өөрчилснөө бичнэ үү.", "Write what you changed and why.")
_WRONG = Text("Зарим талбарыг засах шаардлагатай. Бичсэн зүйл тань хэвээр байна.",
              "Some fields need a correction. What you typed is still here.")  # fmt: skip
_UNSAVED = Text("Хадгалаагүй өөрчлөлт байна. Эхлээд хадгалаад картыг шалгана уу.",
                "There are changes you have not saved: save them and look at the card first.")  # fmt: skip
_NO_DRAFT = Text("Нийтлэх ноорог алга.", "There is no draft to publish.")


class Refused(Exception):
    """Not carried out: `why` is told, what was typed stays on the page."""

    def __init__(self, status: int, why: Text) -> None:
        super().__init__(why.en)
        self.status, self.why = status, why


@dataclass
class Task:
    """One action within one transaction; `problems` are those of the fields."""

    connection: Connection
    form: Form
    view: ServiceView
    author: str
    actor: str
    now: datetime
    problems: dict[str, Text] = field(default_factory=dict)

    @property
    def base(self) -> VersionRow:
        """The version the editor began from; the published one when the page names none of this service."""
        rows = {str(row.id): row for row in releases.versions_of(self.connection, self.view.published.id)}
        return rows.get(self.form.get("base_version_id", "")) or rows[str(self.view.version)]

    def read(self, base: Service) -> Edited:
        """What was typed, upon the version it is based on."""
        draft = self.view.draft.service if self.view.draft else None
        edited = read_service(self.form, base, draft, self.now)
        self.problems.update(edited.problems)
        return edited

    def record(self, action: str, detail: str = "") -> None:
        audit_rows.record(self.connection, self.actor, action, self.view.published.id, self.now, detail)


def save(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    return _carry_out(parts, request, staff, form, _save)


def discard(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    return _carry_out(parts, request, staff, form, _discard)


def publish(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    response = _carry_out(parts, request, staff, form, _publish)
    put_in_force(parts)
    return response


def _carry_out(
    parts: Parts, request: Request, staff: StaffSession, form: Form, work: Callable[[Task], str]
) -> Response:
    """`work` returns what the page is to say afterwards."""
    problems: dict[str, Text] = {}
    service_id, member = request.path_params["service_id"], staff.member
    try:
        with parts.database.write() as connection:
            view = read_view(connection, parts, service_id)
            if view is None:
                return not_found(request, staff)
            said = work(Task(connection, form, view, signature(member), member.id, parts.clock(), problems))
    except Refused as refused:
        typed = Typed(form, problems)
        return service_page(parts, request, staff, refused.status, refusal=refused.why, typed=typed)
    return RedirectResponse(f"/editor/services/{service_id}?{said}", status_code=303)


def _save(task: Task) -> str:
    base, base_id = task.base.service, task.base.id
    if "rebase" in task.form:
        task.form = moved(task.form, base, task.view.published)
        base, base_id = task.view.published, task.view.version
    edited = task.read(base)
    if edited.problems:
        raise Refused(422, _WRONG)
    _check_seen(task)
    service, service_id = edited.service, task.view.published.id
    if service in (base, task.view.published):
        releases.discard_draft(task.connection, service_id)
        task.record("service.draft-unchanged")
        return "done=unchanged"
    releases.save_draft(task.connection, service, base_id, task.author, task.now)
    task.record("service.draft-saved")
    return "done=saved"


def _discard(task: Task) -> str:
    _check_seen(task)
    releases.discard_draft(task.connection, task.view.published.id)
    task.record("service.draft-discarded")
    return "done=discarded"


def _publish(task: Task) -> str:
    """Only what was saved and seen as a card, with a note of what changed."""
    draft, note = task.view.draft, " ".join(task.form.get("note", "").split())
    if draft is None:
        raise Refused(409, _NO_DRAFT)
    _check_seen(task)
    edited = task.read(task.base.service)
    if edited.problems or edited.service != draft.service:
        raise Refused(409, _UNSAVED)
    if not note or len(note) > MAX_NOTE:
        task.problems["note"] = _NO_NOTE
        raise Refused(422, _NO_NOTE)
    try:
        number = releases.publish_draft(task.connection, draft.service.id, task.author, note, task.now)
    except StaleDraft as stale:
        raise Refused(409, _overtaken(stale.author)) from stale
    task.record("service.published", f"release {number}")
    return f"release={number}"


def _check_seen(task: Task) -> None:
    """The draft in the house is the one the page showed."""
    draft = task.view.draft
    if task.form.get("draft_seen", "") == task.view.draft_seen:
        return
    if draft is None:
        raise Refused(409, Text("Ноорогийг өөр хүн энэ хооронд нийтэлсэн эсвэл устгасан байна.",
                                "Somebody published or discarded the draft meanwhile."))  # fmt: skip
    when = local_time(draft.at)
    raise Refused(409, Text(f"{draft.author} энэ үйлчилгээний ноорогийг {when}-д хадгалсан байна. "
                            "Таны бичсэн хэвээр байна: дахин хадгалбал түүнийхийг орлоно.",
                            f"{draft.author} saved a draft at {when}. Saving again replaces it."))  # fmt: skip


def _overtaken(author: str) -> Text:
    return Text(f"Та ноорогоо эхлүүлснээс хойш {author} энэ үйлчилгээг нийтэлсэн байна. Ялгааг шалгаад, "
                "«шинэ хувилбар дээр үндэслэх»-ийг сонгон дахин хадгална уу.",
                f"{author} published this service since you began. Compare, then save on top of it.")  # fmt: skip
