"""Words that sound like brands and flavours and mean nothing, so that no real mark is ever printed."""

from ..dice import Dice

_ONSETS = "b br c ch d dr f fl g gr h j k kr l m n p pl qu r s sk st t tr v vr w z zw".split()
_NUCLEI = "a e i o u a e i o ai ea io ou y".split()
_CODAS = ["", "", "", "l", "m", "n", "nd", "r", "rt", "s", "sk", "t", "th", "x", "zz"]
_AMOUNTS = [50, 75, 90, 100, 125, 150, 200, 250, 300, 330, 400, 450, 500, 750, 1, 2]
_CLAIMS = ["+", "%", "x2", "0%", "Nº"]


def make_word(dice: Dice, syllables: int) -> str:
    return "".join(
        dice.pick(_ONSETS) + dice.pick(_NUCLEI) + dice.pick(_CODAS if i == syllables - 1 else _CODAS[:6])
        for i in range(syllables)
    )


def make_brand(dice: Dice) -> str:
    """At least two syllables: shorter ones too often hit a word or a mark that exists."""
    word = make_word(dice, dice.pick([2, 2, 2, 3]))
    if dice.chance(0.12):
        word += dice.pick([" ", "&", "'s ", "-"]) + make_word(dice, 1)
    return dice.pick([str.upper, str.title, str.title, str.lower])(word).strip("-& ")


def make_phrase(dice: Dice, words: int) -> str:
    phrase = " ".join(make_word(dice, dice.pick([1, 1, 2, 2, 3])) for _ in range(words))
    return dice.pick([str.upper, str.capitalize, str.title])(phrase)


def make_claim(dice: Dice) -> str:
    """What stands in a badge: a number, a sign, a short word."""
    if dice.chance(0.5):
        return f"{dice.whole(1, 99)}{dice.pick(_CLAIMS)}"
    return make_word(dice, 1).upper()


def make_amount(dice: Dice) -> str:
    return f"{dice.pick(_AMOUNTS)} {dice.pick(['g', 'ml', 'kg', 'l'])}"
