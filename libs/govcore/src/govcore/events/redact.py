"""Takes out of a free text what would say who reported.

The reported unit must not learn who reported (Ji'nan hotline regulations art 32).  What the reporter's own record says
is taken out wherever it stands; of others what a form or an introduction makes plain.  Rather a word too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MASK = "***"
_HALF = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width signs as ASCII ones, sign by sign."""
_HAN = "[\u4e00-\u9fff]"
_SURNAME = (
    "(?:欧阳|司徒|司马|上官|诸葛|慕容|令狐|皇甫|东方|尉迟|公孙|宇文|夏侯|"
    "[王李张刘陈杨黄赵周吴徐孙马朱胡郭林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁余叶蒋杜苏魏程吕丁沈姚卢姜崔钟谭陆汪范金"
    "廖贾夏韦付白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔汤])"
)
_AFTER_A_NAME = "[^\u4e00-\u9fff]|$|[住在的是电手身家今反想要向与和投举因也有]"
_A_PLACE = f"(?!{_HAN}{{1,6}}(?:村|社区|街|镇|乡|县|市|路|小区|公司|厂|店|局|学))"
_INTRODUCED = "我的?(?:名字|姓名)?[是叫姓]|本人[是叫姓]|姓名是?|(?:联系|申请|举报|投诉|反映|来电|诉求)人是?|署名|落款"
_DOOR = "(?:号楼?|栋|幢|座|楼|单元|层|室|房|户|组)"
_IDENTITY = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"  # e-mail
    r"|(?<!\d)\d{17}[\dXx](?!\d)"  # citizen id, GB 11643
    r"|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobile number
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"  # fixed line
    r"|(?<!\d)\(?[2-9]\d{2}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)"  # North American number
    r"|(?:微信|QQ|抖音|微博|账号|帐号)(?:号|名)?[:是为 ]{0,3}([A-Za-z0-9][\w.-]{4,40})"
    rf"|(?:家住|我住|住在|住址|居住)[^\d,。;\n*]{{0,30}}(\d[\d-]{{0,8}}(?:{_DOOR}[\d-]{{0,8}}){{0,6}})"
    rf"|(?:{_INTRODUCED})[: ]{{0,3}}"
    rf"{_A_PLACE}({_SURNAME}(?:{_HAN}(?={_AFTER_A_NAME})|{_HAN}{{2}}|(?:女士|先生)))"
    r"|[Mm]y name is ([A-Z][a-z'-]{1,30}(?: [A-Z][a-z'-]{1,30}){0,2})",
    re.ASCII,
)
"""Where a group has matched it is the identity, else the whole."""
_SHORTEST, _LONGEST = 2, 200
"""Signs of a name that is looked for: one sign of a text says nothing about anybody."""


def without_identity(text: str, known: Iterable[str] = ()) -> str:
    """``text`` with ``***`` for telephone numbers, citizen ids, accounts, mail addresses, the door somebody lives
    behind, the name somebody gives, and for what is ``known`` of who reported, however it is spaced.
    """
    words = [word.translate(_HALF) for word in known]
    while spans := list(_spans(text.translate(_HALF), words)):  # what one match has passed over, the next look finds
        text = _cut(text, sorted(spans))
    return text


def _spans(plain: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    for found in _IDENTITY.finditer(plain):
        yield found.span(found.lastindex or 0)
    for word in words:
        yield from _standing(word, plain)


def _standing(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a known word stands in the text."""
    signs = [sign for sign in word if not sign.isspace() and sign not in "-*"]
    if not _SHORTEST <= len(signs) <= _LONGEST or not set("".join(signs).lower()) <= set(text.lower()):
        return
    for found in re.finditer(r"[\s-]{0,3}".join(map(re.escape, signs)), text, re.IGNORECASE):
        yield found.span()


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for begin, end in spans:
        if begin >= at:
            parts += [text[at:begin], MASK]
        at = max(at, end)
    return "".join((*parts, text[at:]))
