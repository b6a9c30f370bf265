"""Fill the slots of a template from the author's own words; what is not found stays a blank in square brackets."""

import re
from collections import Counter
from dataclasses import dataclass

_AMOUNT = re.compile(
    r"""(?:(?:R\$|US\$|[$€£¥₹]|CHF|USD|EUR|GBP|INR|Rs\.?|kr)\s?\d[\d.,]*\d?(?:\s?(?:[kKmM]|bn|BN|Bn|mn|million|billion|thousand)\b)?(?:\s(?:ARR|MRR)\b)?
        |\d[\d.,]*\s?(?:%|percent\b|per\scent\b)
        |\d[\d.,]*\d?\s?(?:[kKmM]|bn|BN|Bn|mn|million|billion|thousand)\b(?:\s?(?:€|EUR|USD|dollars|euros?))?(?:\s(?:ARR|MRR)\b)?)""",
    re.VERBOSE,
)
_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}\.?\s{_MONTH}(?:\s20\d\d)?|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s20\d\d)?|(?:end\sof\s)?{_MONTH}(?:\s20\d\d)?"
    r"|Q[1-4](?:\s?/?\s?(?:20)?\d\d)?|H[12](?:\s?(?:20)?\d\d)?|20\d\d-\d\d-\d\d|year[- ]end|Christmas|Easter)\b"
)
_NAME = r"[A-ZÀ-Þ][\w'’&.-]*[\w](?:\s(?:(?:of|de|da|du|la|and|&)\s)?[A-ZÀ-Þ][\w'’&-]*[\w]){0,3}"
_PARTNER_CUES = (
    re.compile(rf"(?:[Pp]artnership|[Aa]lliance|[Cc]ooperation|[Cc]ollaboration|[Ii]ntegration|[Aa]greement|[Dd]eal|[Pp]ilot|[Cc]o-sell|[Tt]ogether)\s(?:with|between\sus\sand)\s(?:the\s)?({_NAME})"),
    re.compile(rf"\b({_NAME})\s(?:[Aa]lliance|[Pp]artnership|[Cc]ooperation|[Ii]ntegration|[Pp]ilot|deal|[Ww]orldwide)\b"),
    re.compile(rf"\b({_NAME})['’]s?\s(?:own\s(?:target|goal|aim)|sales\s(?:team|reps)|sellers|reps|customers|clients|members|users)\b"),
    re.compile(rf"\b[Ff]or\s({_NAME})\s?:"),
)  # fmt: skip
_KINDS = re.compile(
    r"\b(?:resellers|distributors|dealers|agencies|installers|brokers|integrators|consultancies|consultants|merchants|marketplaces"
    r"|affiliates|VARs|MSPs|telcos|banks|insurers|utilities|wholesalers|retailers|franchisees|bloggers|creators|publishers|hotels"
    r"|hospitals|clinics|pharmacies|schools|universities|co-ops|cooperatives|carriers|vendors|advisers|advisors|agents|accountants"
    r"|OEMs|manufacturers|municipalities|associations|federations|platforms|referrers|vets|garages|studios|operators)\b",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"\b(?:[Oo]wner|[Ll]ead|[Cc]ontact|[Rr]esponsible|[Ll]ed by|[Oo]wned by|[Rr]un by)\s?[:=]?\s(?:is\s)?([A-ZÀ-Þ][a-zà-ÿ]+)\b"
)
_NOT_PARTNERS = frozenset(
    [
        "The",
        "A",
        "An",
        "Our",
        "Your",
        "Their",
        "We",
        "They",
        "It",
        "This",
        "That",
        "Partner",
        "Partners",
        "Partnership",
        "Channel",
        "Alliance",
        "Program",
        "Programme",
        "Go",
        "Why",
        "What",
        "How",
        "Who",
        "Sales",
        "Revenue",
        "Market",
        "Slide",
        "Deck",
        "Page",
        "Plan",
        "Goal",
        "Goals",
        "KPI",
        "Q1",
        "Q2",
        "Q3",
        "Q4",
        "H1",
        "H2",
        "Go-live",
        "Each",
        "Every",
        "All",
        "Technology",
        "Product",
        "Customer",
        "Customers",
        "Team",
        "Pilot",
        "Strategy",
        "Reseller",
        "Resellers",
        "Distribution",
        "Joint",
        "New",
        "Next",
        "First",
        "No",
        "Win",
        "Value",
        "Benefit",
        "Integration",
        "Ecosystem",
        "Chairman",
        "Board",
    ]
)
_SLOT = re.compile(r"\{(\w+)\}")
_BLANKS = {"partner": "[partner]", "amounts": "[number]", "date": "[date]", "owner": "[name]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What could be read off a plan; empty strings where it says nothing."""

    partner: str = ""
    amounts: str = ""
    date: str = ""
    owner: str = ""


def read_slots(plan: str, quote: str) -> Slots:
    """Read the partner's name and an owner off the whole plan, amounts and a date off the quoted words."""
    amounts = list(dict.fromkeys(found.group().strip(" .,") for found in _AMOUNT.finditer(quote)))
    date = _DATE.search(quote)
    owner = _OWNER.search(plan)
    return Slots(
        partner=_partner(plan),
        amounts=", ".join(amounts[:2]),
        date=date.group() if date else "",
        owner=owner[1] if owner else "",
    )


def fill(template: str, slots: Slots) -> str:
    """Put the slots into a template; an unknown value becomes its blank."""

    def value(match: re.Match[str]) -> str:
        return str(getattr(slots, match[1])) or _BLANKS[match[1]]

    text = _SLOT.sub(value, template)
    return text[:1].upper() + text[1:] if template.startswith("{") and slots.partner else text


def fitness(template: str, slots: Slots) -> tuple[int, int]:
    """How well a template suits the words found: slots that can be filled, then few that cannot."""
    names = set(_SLOT.findall(template))
    filled = sum(1 for name in names if getattr(slots, name))
    return filled, filled - len(names)


def _partner(plan: str) -> str:
    """The company that the plan is with, where one stands out; "" otherwise."""
    counts: Counter[str] = Counter()
    for cue in _PARTNER_CUES:
        for found in cue.finditer(plan):
            name = found[1].strip(" .")
            words = name.split()
            while words and words[0] in _NOT_PARTNERS:
                words.pop(0)
            if words and not any(word in _NOT_PARTNERS for word in words):
                counts[" ".join(words)] += 1
    if not counts:
        return _kind(plan)
    for name in counts:
        counts[name] += plan.count(name)
    best, second = ([*counts.most_common(2), ("", 0)])[:2]
    return best[0] if best[1] > second[1] or second[0] in best[0] else _kind(plan)


def _kind(plan: str) -> str:
    """The kind of partner that the plan speaks of most, such as "the resellers"; "" where it names none twice."""
    counts = Counter(found.group().lower() for found in _KINDS.finditer(plan))
    for kind, number in counts.most_common(1):
        if number > 1 or len(counts) == 1:
            return f"the {kind}" if not kind.startswith(("oem", "msp", "var")) else f"the {kind[:-1].upper()}s"
    return ""
