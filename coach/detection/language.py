"""Whether a text is clearly not English, by its script or its most frequent words.

The detector reads English only; a plan in another language would be judged on nothing. Borrowed words and foreign
names do not make a text foreign: a Latin-script text counts as another language only where that language's function
words are frequent and English ones are rare.
"""

import re
from collections import Counter

MIN_LETTERS = 12
"""Letters of another script before a text can count as written in it."""
SCRIPT_SHARE = 0.5
"""Share of the letters that the script must have."""
MIN_WORDS = 10
MIN_HITS = 4
FOREIGN_SHARE = 0.16
ENGLISH_SHARE = 0.1
"""A text with this share of English function words is English, or mixed."""
KANA_SHARE = 0.08
"""Share of kana that tells Japanese from Chinese."""

_SCRIPTS = {
    "Kana": "\u3040-\u30ff\uff66-\uff9f",
    "Han": "\u3400-\u9fff\uf900-\ufaff",
    "Korean": "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f",
    "Arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
    "Hebrew": "\u0590-\u05ff",
    "Cyrillic": "\u0400-\u052f",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Thai": "\u0e00-\u0e7f",
    "Hindi": "\u0900-\u097f",
    "Bengali": "\u0980-\u09ff",
    "Punjabi": "\u0a00-\u0a7f",
    "Gujarati": "\u0a80-\u0aff",
    "Tamil": "\u0b80-\u0bff",
    "Telugu": "\u0c00-\u0c7f",
    "Kannada": "\u0c80-\u0cff",
    "Malayalam": "\u0d00-\u0d7f",
    "Sinhala": "\u0d80-\u0dff",
    "Lao": "\u0e80-\u0eff",
    "Burmese": "\u1000-\u109f",
    "Georgian": "\u10a0-\u10ff",
    "Armenian": "\u0530-\u058f",
    "Amharic": "\u1200-\u137f",
    "Khmer": "\u1780-\u17ff",
}
_SCRIPT_PATTERNS = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Letters that only one of the languages of a script has.
_TELLING_LETTERS = {
    "Cyrillic": (("Ukrainian", "[іїєґ]"), ("Serbian", "[ђћџљњј]"), ("Belarusian", "[ў]"), ("Russian", "[ыэё]")),
    "Arabic": (("Urdu", "[ٹڈڑے]"), ("Persian", "[پچژگ]")),
}
_OF_SCRIPT = {"Cyrillic": "Bulgarian", "Arabic": "Arabic"}

# Letters that, among the languages told here, only one has; for languages that join their function words to others.
_LATIN_LETTERS = {
    "Turkish": "[ğşı]",
    "Polish": "[łąęż]",
    "Czech": "[řěů]",
    "Romanian": "[țșă]",
    "Hungarian": "[őű]",
    "Vietnamese": "[ơưạảấầậắặẹếềệịọốồộớờợụứừự]",
}
MARKED_WORDS = 5
"""Different words in lower case (names are none) that must hold a language's own letters."""

_ENGLISH = """
the and of to in is are for with that this we our they their be will from not on as by it or have has at an you who what
how each no if but when which do can was than into about all more per every its
"""
# Function words that are no English words; those shared by two languages count for both.
_PROFILES = {
    "German": """und der das den dem des ein eine einen einem einer ist sind mit für auf nicht von zu im wir uns unsere
        unser sie ihre werden wird auch oder als bei nach über aus durch dass haben hat kein keine wie wenn mehr zum zur
        vom sich aber noch nur ihr ihren diese dieser jeder alle""",
    "French": """le les des une est et pour dans qui que nous vous avec sur pas par plus sont au aux ce cette ces leur
        leurs notre nos votre ou mais du de la il elle ils elles être avoir ont chaque sans tout tous comme dont""",
    "Spanish": """el los las una es y para con que por no se su sus del al lo como más pero son nuestro nuestra
        nuestros nuestras cada sin este esta estos sobre entre está ser hay también cuando de la en un nos""",
    "Portuguese": """os uma é e para com que não se por do da dos das no na nos nas ao aos mais como mas são nosso nossa
        nossos nossas cada sem este esta sobre entre também quando de em um seu sua ou pelo pela até""",
    "Italian": """il lo gli una è e per con che non si di da del della dei delle nel nella al alla ai sono più come ma
        nostro nostra nostri ogni senza questo questa anche quando suo sua loro o dal dalla sul sulla la le un""",
    "Dutch": """het een en van voor met dat niet zijn wij onze ons ze hun wordt worden ook als bij naar uit door deze
        dit die maar nog geen meer om te op aan er heeft hebben elke alle wat hoe naar over zich de""",
    "Polish": """i w na z do się nie jest są że to dla przez jak ale od po za co jego ich nasz nasza nasze naszych oraz
        lub przy tylko także który która które każdy bez być będzie mamy ze""",
    "Swedish": """och att det som en ett är för med inte på av till vi vår våra de den deras har kan ska från om eller
        men så när varje utan också mer ingen detta dessa blir vara under alla""",
    "Turkish": """ve bir bu için ile da de değil olarak olan daha çok ne var yok her biz bizim ama veya gibi kadar sonra
        önce en ki mi tarafından üzerinde göre ortak ortaklar""",
}
_ENGLISH_WORDS = frozenset(_ENGLISH.split())
_SHARED = frozenset({"an", "at", "do", "has", "in", "is", "no", "on", "was"})  # English words that others have as well
_FOREIGN_WORDS = {language: frozenset(words.split()) - (_ENGLISH_WORDS - _SHARED) for language, words in _PROFILES.items()}


def looks_foreign(text: str) -> str | None:
    """Name the language of a text that is clearly not English.

    Args:
        text: A plan, a message or an article.

    Returns:
        The language's English name; None for English, for a short text, for a mixed one, and where the language is
        not known.
    """
    letters = len(_LETTER.findall(text))
    if letters < MIN_LETTERS:
        return None
    return _by_script(text, letters) or _by_words(text) or _by_letters(text)


def _by_script(text: str, letters: int) -> str | None:
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _SCRIPT_PATTERNS.items()})
    east_asian = counts["Kana"] + counts["Han"]
    script, count = counts.most_common(1)[0]
    if max(east_asian, count) < max(MIN_LETTERS, SCRIPT_SHARE * letters):
        return None
    if script in ("Kana", "Han"):
        return "Japanese" if counts["Kana"] >= KANA_SHARE * east_asian else "Chinese"
    lowered = text.casefold()
    for language, telling in _TELLING_LETTERS.get(script, ()):
        if len(re.findall(telling, lowered)) >= 0.003 * count:
            return language
    return _OF_SCRIPT.get(script, script)


def _by_words(text: str) -> str | None:
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < MIN_WORDS:
        return None
    english = sum(word in _ENGLISH_WORDS for word in words)
    hits = {language: sum(word in own for word in words) for language, own in _FOREIGN_WORDS.items()}
    language = max(hits, key=lambda each: hits[each])
    clear = hits[language] >= max(MIN_HITS, FOREIGN_SHARE * len(words), 2 * english)
    return language if clear and english <= ENGLISH_SHARE * len(words) else None


def _by_letters(text: str) -> str | None:
    """A language told by letters of its own, in words that are no names, where hardly a word is English."""
    words = _WORD.findall(text)
    english = sum(word.casefold() in _ENGLISH_WORDS for word in words)
    if english > ENGLISH_SHARE / 2 * len(words):
        return None
    common = {word for word in words if word.islower()}
    hits = {language: sum(bool(re.search(own, word)) for word in common) for language, own in _LATIN_LETTERS.items()}
    language = max(hits, key=lambda each: hits[each])
    return language if hits[language] >= MARKED_WORDS else None
