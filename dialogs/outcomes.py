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
    WAY_ASKED = "way-asked"
    LINK_SENT = "link-sent"
    LINK_REFUSED = "link-refused"
    LINK_NUMBER_ASKED = "link-number-asked"
    LINK_NUMBER_WRONG = "link-number-wrong"
    LINK_CONFIRM_ASKED = "link-confirm-asked"
    LINK_ENDED = "link-ended"
    LINK_DECLINED = "link-declined"
    NO_WAY = "no-way"
    SIGNED_OUT = "signed-out"
    PROOF_OVER = "proof-over"
    TOLD_ELSEWHERE = "told-elsewhere"
    PROOF_UNDONE = "proof-undone"
    DATA_TOLD = "data-told"
    ERASE_ASKED = "erase-asked"
    ERASED = "erased"
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
    Outcome.WAY_ASKED: Text("Баталгаажуулах арга санал болгосон", "Ways of proving offered"),
    Outcome.LINK_SENT: Text("Баталгаажуулах хуудас илгээсэн", "Page for the proof sent"),
    Outcome.LINK_REFUSED: Text("Хуудас нээгээгүй", "Page not opened"),
    Outcome.LINK_NUMBER_ASKED: Text("Хуудасны тоог асуусан", "Number of the page asked"),
    Outcome.LINK_NUMBER_WRONG: Text("Хуудасны тоо буруу", "Number of the page wrong"),
    Outcome.LINK_CONFIRM_ASKED: Text("Мөн эсэхийг асуусан", "Asked whether it is them"),
    Outcome.LINK_ENDED: Text("Хуудас амжилтгүй дууссан", "Page ended without a proof"),
    Outcome.LINK_DECLINED: Text("Би биш гэсэн", "Said that it is not them"),
    Outcome.NO_WAY: Text("Баталгаажуулах боломжгүй", "No way of proving here"),
    Outcome.SIGNED_OUT: Text("Гарсан", "Signed out"),
    Outcome.PROOF_OVER: Text("Баталгаажуулалт дууссан", "Proof ended from outside"),
    Outcome.TOLD_ELSEWHERE: Text("Өөр чатад баталгаажсаныг мэдэгдсэн", "Told of a proof in another chat"),
    Outcome.PROOF_UNDONE: Text("Би биш гэж цуцалсан", "Proof undone: not them"),
    Outcome.DATA_TOLD: Text("Хадгалсан мэдээллийг хэлсэн", "Told what is held"),
    Outcome.ERASE_ASKED: Text("Устгах эсэхийг асуусан", "Asked whether to erase"),
    Outcome.ERASED: Text("Бүгдийг устгасан", "Everything erased"),
    Outcome.IGNORED: Text("Хариу хэрэггүй", "No answer needed"),
}
