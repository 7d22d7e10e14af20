"""What everything that speaks for or against a service is called in plain words."""

from __future__ import annotations

from enum import StrEnum

from dialogs.services import Text
from nlu.caution import Doubt


class Kind(StrEnum):
    """What belongs together of `nlu.features.FEATURES`."""

    LETTERS = "letters"
    WORDS = "words"
    EVERYDAY = "everyday"
    MEANING = "meaning"
    NAMES = "names"
    VERSION = "version"
    PEOPLE = "people"
    ABROAD = "abroad"
    WRITTEN = "written"


KINDS = {
    Kind.LETTERS: Text("Үсэг", "Letters"),
    Kind.WORDS: Text("Үг", "Words"),
    Kind.EVERYDAY: Text("Ярианы үгийн албан утга", "Official words meant"),
    Kind.MEANING: Text("Утга", "Meaning"),
    Kind.NAMES: Text("Нэр", "Names"),
    Kind.VERSION: Text("Аль хэлний хувилбар", "Language version"),
    Kind.PEOPLE: Text("Хэнд зориулсан", "Who it is for"),
    Kind.ABROAD: Text("Гадаадаас ашиглах", "Use from abroad"),
    Kind.WRITTEN: Text("Редакц хэр их бичсэн", "How much editors wrote"),
}

FEATURE_WORDS: dict[str, tuple[Kind, Text]] = {
    "letters": (Kind.LETTERS, Text("Нэг мөртэй үсгээр төстэй", "letters like one row")),
    "letters_lead": (Kind.LETTERS, Text("Үсгээр хамгийн төстэйд ойр", "near the best by letters")),
    "all_letters": (Kind.LETTERS, Text("Бүх мөртэй үсгээр төстэй", "letters like all rows")),
    "all_letters_lead": (Kind.LETTERS, Text("Бүх мөрийн үсгээр шилдэгт ойр", "near the best by letters of all rows")),
    "words": (Kind.WORDS, Text("Нэг мөртэй үг нийлсэн", "words like one row")),
    "words_lead": (Kind.WORDS, Text("Үгээр хамгийн төстэйд ойр", "near the best by words")),
    "all_words": (Kind.WORDS, Text("Бүх мөртэй үг нийлсэн", "words like all rows")),
    "all_words_lead": (Kind.WORDS, Text("Бүх мөрийн үгээр шилдэгт ойр", "near the best by words of all rows")),
    "explained": (Kind.WORDS, Text("Мессежийн үгсийг агуулсан", "holds the message's words")),
    "row_alike": (Kind.WORDS, Text("Нэг мөртэй бараг ижил", "almost like one row")),
    "meant": (Kind.EVERYDAY, Text("Албан үгтэй нь нийлсэн", "words with the official ones")),
    "meant_lead": (Kind.EVERYDAY, Text("Албан үгээр шилдэгт ойр", "near the best with the official words")),
    "explained_with_meant": (Kind.EVERYDAY, Text("Албан үгсийг нь ч агуулсан", "holds the official words too")),
    "centre": (Kind.MEANING, Text("Үйлчилгээний ерөнхий утгад ойр", "near the service's middle")),
    "centre_behind": (Kind.MEANING, Text("Хамгийн ойр утгаас хоцорсон", "behind the nearest middle")),
    "centre_in_english": (Kind.MEANING, Text("Мөн англи мессежид", "the same for English")),
    "centre_in_foreign": (Kind.MEANING, Text("Мөн бусад гадаад хэлэнд", "the same for other languages")),
    "nearest_text": (Kind.MEANING, Text("Хамгийн ойр мөрийн утга", "near one text")),
    "nearest_text_behind": (Kind.MEANING, Text("Хамгийн ойр мөрөөс хоцорсон", "behind the nearest text")),
    "two_nearest_texts": (Kind.MEANING, Text("Хоёр ойр мөрийн дундаж", "near two texts")),
    "nearest_in_english": (Kind.MEANING, Text("Мөр, англи мессежид", "behind the nearest text, English")),
    "nearest_in_foreign": (Kind.MEANING, Text("Мөр, бусад гадаад хэлэнд", "behind the nearest text, other languages")),
    "explained_by_names": (Kind.NAMES, Text("Нэршил нь мессежийн үгийг агуулсан", "its names hold the words")),
    "explained_by_title": (Kind.NAMES, Text("Гарчиг нь мессежийн үгийг агуулсан", "its title holds the words")),
    "name_said": (Kind.NAMES, Text("Нэрийг нь хэлсэн хэмжээ", "how much of a name is said")),
    "name_said_with_meant": (Kind.NAMES, Text("Албан үгээр нэрийг нь хэлсэн", "a name said with official words")),
    "name_said_when_shared": (Kind.NAMES, Text("Олонд хамаатай үг нэрд нь", "a name of words that many share")),
    "name_exactly": (Kind.NAMES, Text("Нэрийг нь яг хэлсэн", "exactly a name")),
    "called_so": (Kind.NAMES, Text("Бүх үг нэг нэрд нь байгаа", "every word stands in a name")),
    "english_asked": (Kind.VERSION, Text("Англи хувилбар гэсэн, энэ нь англи", "English wanted and it is")),
    "english_not_asked": (Kind.VERSION, Text("Англи гэж хэлээгүй, энэ нь англи", "English not wanted but it is")),
    "english_missing": (Kind.VERSION, Text("Англи хувилбар гэсэн, энэ нь биш", "English wanted but it is not")),
    "english_by_language": (
        Kind.VERSION,
        Text("Гадаад хэлээр бичсэн, англи хувилбар", "foreign message, it is English"),
    ),
    "english_version": (Kind.VERSION, Text("Хоёр хувилбарын англи нь", "the English one of two versions")),
    "home_version": (Kind.VERSION, Text("Хоёр хувилбарын монгол нь", "the Mongolian one of two versions")),
    "company_asked": (Kind.PEOPLE, Text("Байгууллага гэсэн, байгууллагынх", "a company asks, it is for companies")),
    "company_not_asked": (Kind.PEOPLE, Text("Байгууллагынх, тэгж хэлээгүй", "for companies, none is named")),
    "foreigner_not_asked": (
        Kind.PEOPLE,
        Text("Гадаад иргэнийх, тэгж хэлээгүй", "for foreigners, none is named"),
    ),
    "mission_asked": (Kind.PEOPLE, Text("Гадаад гэсэн, төлөөлөгчийн газрынх", "abroad is named, it is at a mission")),
    "mission_not_asked": (Kind.PEOPLE, Text("Төлөөлөгчийн газрынх, хэлээгүй", "at a mission, abroad is not named")),
    "not_usable_abroad": (Kind.ABROAD, Text("Гадаадаас ашиглах боломжгүй", "not usable from abroad")),
    "not_usable_when_shared": (
        Kind.ABROAD,
        Text("Ашиглах боломжгүй, үг нь олонд", "not usable, the word is shared"),
    ),
    "prior": (Kind.WRITTEN, Text("Жишээ мөрийн тоо", "number of example messages")),
    "prior_when_shared": (
        Kind.WRITTEN,
        Text("Жишээ мөр, үг нь олонд хамаатай", "example messages, shared words"),
    ),
}

SIGN_WORDS: dict[str, Text] = {
    "letters": Text("Үсгээр аль нэгэнд төстэй", "letters like some service"),
    "words": Text("Үгээр аль нэгэнд төстэй", "words like some service"),
    "all_words": Text("Нэг үйлчилгээний бүх үгтэй нийлсэн", "words like all rows of a service"),
    "meant": Text("Албан үгтэйгээ нийлсэн", "the same with official words"),
    "explained": Text("Үгсийг нь нэг үйлчилгээ агуулсан", "one service holds its words"),
    "explained_with_meant": Text("Албан үгсийг нь ч агуулсан", "and the official words"),
    "name_said": Text("Аль нэг нэрийг хэлсэн", "a name is said"),
    "row_alike": Text("Аль нэг мөртэй бараг ижил", "almost like a row"),
    "called_so": Text("Үг бүр нь нэг нэрд байгаа", "every word stands in a name"),
    "best_utility": Text("Шилдэг үйлчилгээний нийт оноо", "what speaks for the best service"),
    "three_share": Text("Эхний гурав бусдаасаа ялгарсан", "the best three stand out"),
    "three_share_not_called_so": Text("Мөн, нэр хэлээгүй үед", "the same where no name is said"),
    "short_and_unexplained": Text("Богино бөгөөд үг нь танигдаагүй", "short and its words unknown"),
    "unheard": Text("Каталогт байхгүй үгс", "words that the catalogue has not"),
    "like_out_of_scope": Text("Манайх биш мессежид үсгээр төстэй", "letters like messages nobody here answers"),
    "words_out_of_scope": Text("Манайх биш мессежид үгээр төстэй", "words like messages nobody here answers"),
    "means_out_of_scope": Text("Манайх биш мессежид утгаар ойр", "means like messages nobody here answers"),
    "centre": Text("Аль нэг үйлчилгээний утгад ойр", "near the middle of a service"),
    "nearest_text": Text("Аль нэг мөрийн утгад ойр", "near a text of a service"),
    "nearest_text_lead": Text("Хамгийн ойр нь хоёр дахиас ялгарсан", "the nearest is before the second"),
    "nearest_beyond_aside": Text("Манайх биш мессежээс илүү ойр", "nearer than messages nobody here answers"),
    "drawn_outside": Text("Манайх биш гэж сургасан газарт ойр", "near where training put what is not ours"),
    "centre_beyond_outside": Text("Тэр газраас илүү үйлчилгээнд ойр", "nearer to a service than to that place"),
    "other_country": Text("Өөр улсын бичиг баримт", "another state's paper"),
    "length": Text("Мессежийн урт", "length of the message"),
    "in_english": Text("Англи, герман хэлээр", "in English or German"),
    "in_other_language": Text("Орос, солонгос, япон, хятад хэлээр", "in Russian, Korean, Japanese, Chinese"),
    "bias": Text("Тогтмол", "always"),
}

DOUBT_WORDS = {
    Doubt.OTHER_COUNTRY: Text("Хажууд нь өөр улсын бичиг баримт дурдсан.", "Another state's paper is named beside it."),
    Doubt.NO_THING: Text("Юу болсныг хэлсэн, харин юу болохыг нь хэлээгүй.", "It says what happened, but not to what."),
    Doubt.ANOTHER_ACT: Text(
        "Өөрчлөх, солих гэж байна, энэ үйлчилгээ лавлагаа өгдөг.",
        "Something is to be changed; this service gives a paper about it.",
    ),
    Doubt.WEIGHTY: Text("Энэ үйлчилгээ мэдэхгүй чухал үг байна.", "A weighty word that the service does not know."),
    Doubt.VERSION: Text(
        "Гадаад хэл дээр ч байдаг бичиг, алиныг нь хүссэн нь тодорхойгүй.",
        "The paper is there in a foreign language too, and it was not said which.",
    ),
    Doubt.SHARED: Text("Богино, хэд хэдэн үйлчилгээг ингэж нэрлэдэг.", "Short, and several services are called so."),
    Doubt.LITTLE_OF_NAME: Text("Богино, нэрээс нь бага хэсгийг хэлсэн.", "Short, and little of the name is said."),
}
"""Why the likeliest service is offered and not told."""
