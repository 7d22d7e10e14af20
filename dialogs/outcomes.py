"""The closed list of how a turn can end: one word for the audit, with its label for staff."""

from __future__ import annotations

from enum import StrEnum

from dialogs.services import Text


class Outcome(StrEnum):
    GREETED = "greeted"
    TOLD = "told"
    OFFERED = "offered"
    NOT_FOUND = "not-found"
    ASKED_WHICH = "asked-which"
    CHATTED = "chatted"
    MISSION_TOLD = "mission-told"
    EMERGENCY = "emergency"
    PROOF_ASKED = "proof-asked"
    NUMBER_UNCLEAR = "number-unclear"
    NUMBER_REMOVED = "number-removed"
    CODE_ASKED = "code-asked"
    CODE_UNREADABLE = "code-unreadable"
    CODE_WRONG = "code-wrong"
    CODE_REFUSED = "code-refused"
    WAITING_FOR_REGISTRY = "waiting-for-registry"
    REGISTRY_FAILED = "registry-failed"
    PROVEN = "proven"
    REVEALED = "revealed"
    HANDED_OVER = "handed-over"
    LEFT_TO_AGENT = "left-to-agent"
    TAKEN = "taken"
    TAKE_REFUSED = "take-refused"
    AGENT_ANSWERED = "agent-answered"
    AGENT_REFUSED = "agent-refused"
    GIVEN_BACK = "given-back"
    CASE_CLOSED = "case-closed"
    CANCELLED = "cancelled"
    WENT_BACK = "went-back"
    RESTARTED = "restarted"
    LANGUAGE_SWITCHED = "language-switched"
    STALE_BUTTON = "stale-button"
    UNREADABLE = "unreadable"
    FILE_KEPT = "file-kept"
    FILE_REFUSED = "file-refused"
    LATE = "late"
    CONSENT_ANSWERED = "consent-answered"
    CORRECTED = "corrected"
    CORRECTION_REFUSED = "correction-refused"
    IGNORED = "ignored"


LABELS: dict[Outcome, Text] = {
    Outcome.GREETED: Text("Мэндэлсэн", "Greeted"),
    Outcome.TOLD: Text("Үйлчилгээг тайлбарласан", "Told about a service"),
    Outcome.OFFERED: Text("Сонголт санал болгосон", "Offered a choice"),
    Outcome.NOT_FOUND: Text("Олоогүй", "Found nothing"),
    Outcome.ASKED_WHICH: Text("Аль үйлчилгээ болохыг асуусан", "Asked which service"),
    Outcome.CHATTED: Text("Ярилцсан", "Small talk"),
    Outcome.MISSION_TOLD: Text("Төлөөлөгчийн газрыг хэлсэн", "Named the nearest mission"),
    Outcome.EMERGENCY: Text("Яаралтай тусламж", "Emergency"),
    Outcome.PROOF_ASKED: Text("Хэн болохыг асуусан", "Asked for proof"),
    Outcome.NUMBER_UNCLEAR: Text("Регистр тодорхойгүй", "Register number unclear"),
    Outcome.NUMBER_REMOVED: Text("Хувийн дугаар устгасан", "Personal number removed"),
    Outcome.CODE_ASKED: Text("Код хүлээж байна", "Waiting for the code"),
    Outcome.CODE_UNREADABLE: Text("Код уншигдаагүй", "Code not readable"),
    Outcome.CODE_WRONG: Text("Код буруу", "Wrong code"),
    Outcome.CODE_REFUSED: Text("Код хаагдсан", "Codes refused for now"),
    Outcome.WAITING_FOR_REGISTRY: Text("ХУР-ын хариу хүлээж байна", "Waiting for the registry"),
    Outcome.REGISTRY_FAILED: Text("ХУР хариу өгөөгүй", "The registry failed"),
    Outcome.PROVEN: Text("Баталгаажсан", "Proven"),
    Outcome.REVEALED: Text("Бүтнээр харуулсан", "Shown in full"),
    Outcome.HANDED_OVER: Text("Хүн дуудсан", "Called a person"),
    Outcome.LEFT_TO_AGENT: Text("Ажилтанд үлдээсэн", "Left to the agent"),
    Outcome.TAKEN: Text("Ажилтан авсан", "Taken by an agent"),
    Outcome.TAKE_REFUSED: Text("Өөр хүн авсан байсан", "Somebody else has it"),
    Outcome.AGENT_ANSWERED: Text("Ажилтан хариулсан", "Agent answered"),
    Outcome.AGENT_REFUSED: Text("Ажилтны мессеж илгээгдээгүй", "Agent's message refused"),
    Outcome.GIVEN_BACK: Text("Туслахад буцаасан", "Given back to the bot"),
    Outcome.CASE_CLOSED: Text("Хаасан", "Case closed"),
    Outcome.CANCELLED: Text("Болиулсан", "Cancelled"),
    Outcome.WENT_BACK: Text("Буцсан", "Went back"),
    Outcome.RESTARTED: Text("Эхнээс эхэлсэн", "Started over"),
    Outcome.LANGUAGE_SWITCHED: Text("Хэл сольсон", "Language switched"),
    Outcome.STALE_BUTTON: Text("Хуучин товч", "Old button"),
    Outcome.UNREADABLE: Text("Унших боломжгүй", "Nothing to read"),
    Outcome.FILE_KEPT: Text("Файл хадгалсан", "File kept"),
    Outcome.FILE_REFUSED: Text("Файл хадгалаагүй", "File not kept"),
    Outcome.LATE: Text("Хожуу уншсан", "Read late, asked anew"),
    Outcome.CONSENT_ANSWERED: Text("Үг хадгалах тухай хариулсан", "Answered whether words may be kept"),
    Outcome.CORRECTED: Text("Ажилтан утгыг тэмдэглэсэн", "Agent told what was meant"),
    Outcome.CORRECTION_REFUSED: Text("Утгыг тэмдэглээгүй", "What was meant was not kept"),
    Outcome.IGNORED: Text("Хариу хэрэггүй", "No answer needed"),
}
