"""English plurals of names, by own rules: the usual library takes a second to import."""

from __future__ import annotations

_UNCOUNTABLE = frozenset(
    """
    advice aircraft analytics audio baggage cash clothing content data deer electronics
    equipment evidence feedback fish furniture hardware headquarters homework info information
    jeans knowledge logistics luggage mail means media metadata money moose music news
    offspring physics police rice salmon series sheep shrimp sms software species staff
    statistics stuff traffic transport trout weather wildlife
    """.split()  # noqa: SIM905
)
_IRREGULAR = {
    "alumnus": "alumni", "analysis": "analyses", "appendix": "appendices", "axis": "axes",
    "bacterium": "bacteria", "basis": "bases", "cactus": "cacti", "calf": "calves",
    "child": "children", "crisis": "crises", "criterion": "criteria", "curriculum": "curricula",
    "diagnosis": "diagnoses", "die": "dice", "ellipsis": "ellipses", "emphasis": "emphases",
    "foot": "feet", "goose": "geese", "half": "halves", "hypothesis": "hypotheses",
    "index": "indexes", "knife": "knives", "leaf": "leaves", "life": "lives", "loaf": "loaves",
    "louse": "lice", "man": "men", "matrix": "matrices", "mouse": "mice", "neurosis": "neuroses",
    "oasis": "oases", "ox": "oxen", "parenthesis": "parentheses", "person": "people",
    "phenomenon": "phenomena", "quiz": "quizzes", "shelf": "shelves", "stimulus": "stimuli",
    "synopsis": "synopses", "synthesis": "syntheses", "thesis": "theses", "thief": "thieves",
    "tooth": "teeth", "vertex": "vertices", "wife": "wives", "wolf": "wolves", "woman": "women",
}  # fmt: skip
_SINGULAR = {many: one for one, many in _IRREGULAR.items()} | {
    "axes": "axis", "bases": "base", "indices": "index", "appendixes": "appendix",
    "matrixes": "matrix", "vertexes": "vertex", "persons": "person", "cactuses": "cactus",
    "dies": "die", "ties": "tie", "pies": "pie", "lies": "lie", "movies": "movie",
    "cookies": "cookie", "zombies": "zombie", "selfies": "selfie", "calories": "calorie",
    "rookies": "rookie", "hoodies": "hoodie", "brownies": "brownie", "smoothies": "smoothie",
    "categorie": "categorie", "menus": "menu", "gurus": "guru", "emus": "emu", "gnus": "gnu",
    "tofus": "tofu", "caches": "cache", "headaches": "headache", "niches": "niche",
    "axes_": "axis", "aches": "ache", "avalanches": "avalanche", "quizzes": "quiz",
    "shoes": "shoe", "toes": "toe", "canoes": "canoe", "foes": "foe", "woes": "woe",
    "oboes": "oboe", "taxis": "taxi", "skis": "ski", "bikinis": "bikini", "safaris": "safari",
    "alibis": "alibi", "apis": "api", "uris": "uri", "guis": "gui", "clis": "cli", "kpis": "kpi",
    "rois": "roi", "pois": "poi", "emojis": "emoji", "wikis": "wiki", "gas": "gas",
    "lenses": "lens", "gases": "gas", "sizes": "size", "prizes": "prize", "mazes": "maze",
    "breezes": "breeze", "bronzes": "bronze", "axe": "axe", "waltzes": "waltz",
    "topazes": "topaz", "buses": "bus", "us": "us",
}  # fmt: skip
# Singulars that end in one s, by which their plurals in -ses are told from those of words in -se.
_ENDS_IN_S = frozenset(
    """
    alias analysis atlas bias canvas chaos christmas cosmos cms css dns ethos gas https iris
    kudos lens pancreas pajamas pants rhinoceros sas saas paas iaas sos tennis texas dos ios
    gps vps aws sis plus us yes gis ops devops pos pros mars venus chess abs
    """.split()  # noqa: SIM905
)
_OES = frozenset(
    {"cargo", "echo", "embargo", "hero", "mosquito", "potato", "tomato", "veto", "volcano"}
)


_USE = frozenset({"us", "reus", "excus", "mus", "rus", "abus", "amus", "recus"})
_HARD_CH = frozenset({"epoch", "stomach", "monarch", "patriarch", "matriarch", "tech", "eunuch"})


def pluralise(word: str) -> str:
    """The plural of a singular; of several words the last: ``order_item`` → ``order_items``."""
    head, separator, last = word.rpartition("_")
    return head + separator + _plural(last)


def singularise(word: str) -> str:
    """The singular of a plural, or the word itself if it is one already (``status``, ``bus``)."""
    head, separator, last = word.rpartition("_")
    return head + separator + _singular(last)


def _plural(word: str) -> str:
    if word in _UNCOUNTABLE:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in ("woman", "man", "child", "person"):
        # `chairman`, `grandchild`; but not `human`, `german`, `talisman`.
        if word.endswith(ending) and word not in _REGULAR_MAN:
            return word[: -len(ending)] + _IRREGULAR[ending]
    if len(word) > 1 and word[-1] == "y" and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    if word in _HARD_CH:
        return word + "s"
    if word.endswith(("s", "x", "z", "ch", "sh")) or word in _OES:
        return word + "es"
    return word + "s"


_REGULAR_MAN = frozenset(
    {"human", "german", "roman", "shaman", "talisman", "ottoman", "caiman", "norman"}
)


def _singular(word: str) -> str:
    if word in _UNCOUNTABLE or word in _IRREGULAR or word in _ENDS_IN_S:
        return word
    if word in _SINGULAR:
        return _SINGULAR[word]
    for one, many in (
        ("woman", "women"),
        ("man", "men"),
        ("child", "children"),
        ("person", "people"),
    ):
        if word.endswith(many) and word not in {
            "specimen",
            "abdomen",
            "acumen",
            "omen",
            "regimen",
            "semen",
            "stamen",
        }:
            return word[: -len(many)] + one
    if not word.endswith("s") or len(word) < 3 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es"):
        stem = word[:-2]
        if stem.endswith(("ous", "aus", "fus")) or stem in _USE:  # houses, causes, not statuses
            return word[:-1]
        if stem.endswith(("ss", "us", "x", "ch", "sh", "zz")) or stem in _ENDS_IN_S or stem in _OES:
            return stem
        if stem.endswith("is"):  # irises, but premises and promises are of premise and promise
            return stem if stem in _ENDS_IN_S else word[:-1]
    return word[:-1]
