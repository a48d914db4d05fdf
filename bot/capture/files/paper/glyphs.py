"""Mending characters that a PDF got from its font: the same picture, but not the character that was written."""

import re
import unicodedata

# Radicals and compatibility forms that Unicode itself calls the same, and ligatures.
_COMPATIBLE = re.compile("[\u2f00-\u2fd5\u2e9f\u2ef3\uf900-\ufaff\ufb00-\ufb06\U0002f800-\U0002fa1f]")
# The radicals that Unicode leaves apart, and the characters whose pictures they share in the fonts for Chinese.
_RADICALS = "⺁⺄⺊⺎⺏⺐⺒⺓⺛⺝⺠⺩⺪⺫⺬⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲"
_CHARACTERS = (
    "厂乙卜兀尣尢巳幺旡月民王疋罒示虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀"
)
_MENDED = str.maketrans(_RADICALS, _CHARACTERS)


def mended(text: str) -> str:
    """The text with the characters that were meant. Full-width punctuation is meant, so it stays (NFKC loses it)."""
    return _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).translate(_MENDED)
