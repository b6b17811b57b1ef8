"""A small sound pack, file by file, for tests to break."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from govcore.packs import check_pack

Files = dict[str, str]
PackMaker = Callable[[Files], Path]

SOUND: Files = {
    "pack.yaml": """\
id: small
title: {zh: 小城, en: Small town}
time_zone: Asia/Shanghai
languages: [zh_CN, en]
code: {widths: [2, 2, 2, 3, 3]}
grid_code: {division: 12, sequence: 3}
areas: ["340881"]
calendar: {base: china, sessions: "08:00-12:00,14:00-18:00", source: test}
verify: {share: 0.2, by: desk:verify}
rating:
  grades:
    - {grade: 1, label: {zh: 差, en: bad}, rework: true}
    - {grade: 2, label: {zh: 较差, en: poor}}
    - {grade: 3, label: {zh: 中, en: fair}}
    - {grade: 4, label: {zh: 良, en: good}}
    - {grade: 5, label: {zh: 优, en: very good}}
handoff:
  returns_limit: 2
  supervisor: gongan
  reoffers: 1
  join: all
  return_reasons:
    - {code: not_ours, label: {zh: 非职责, en: not ours}}
  source: test
""",
    "divisions.csv": """\
code,name,parent,kind
340881,桐城市,,county
340881001,龙腾街道,340881,street
340881001001,钱庄居委会,340881001,community
340881001002,兴元居委会,340881001,community
""",
    "departments.yaml": """\
shared:
  usual: &usual
    accept_after: {least: 1, usual: 5, most: 30}
    finish_after: {least: 5, usual: 60, most: 300}
    accept: 0.9
    return: 0.05
    transfer: 0.05
    return_reasons: [not_ours]
departments:
  - code: chengguan
    name: {zh: 城管局, en: Urban management}
    kind: bureau
    origin: named
    behaviour: {<<: *usual, transfer_to: [gongan]}
  - code: gongan
    name: {zh: 公安局, en: Police}
    kind: bureau
    origin: named
    behaviour: {<<: *usual, transfer_to: [chengguan]}
""",
    "classes.csv": """\
code,level,name,name_en,parent,origin,gb_code
01,1,市容,City,,named,
0101,2,环卫,Cleanliness,01,named,
010101,3,暴露垃圾,Rubbish,0101,composed,matter:06010
010102,3,占道经营,Trading,0101,composed,matter:09006
""",
    "channels.yaml": """\
channels:
  - {code: hotline, name: {zh: 热线, en: hotline}}
  - {code: grid, name: {zh: 网格员, en: grid worker}}
""",
    "routing.yaml": """\
rules:
  - id: danger
    when: {words: {any: [触电, 着火]}}
    severity: critical
    assist: [gongan]
  - id: rubbish
    when: {class: "010101"}
    lead: chengguan
  - id: trading
    when: {class: "010102", place: ["340881001"], channel: hotline, hours: "08:00-20:00"}
    lead: chengguan
    assist: [gongan]
    term: 4wh
  - id: rest
    when: {class: "01*"}
    lead: gongan
""",
    "terms.yaml": """\
severities:
  - {code: critical, label: {zh: 突发, en: critical}}
  - {code: general, label: {zh: 一般, en: general}}
default_severity: general
accept: {term: 2wh, source: test}
triage: {term: 4wh, source: test}
verify: {term: 2wd, source: test}
rework: {term: 5wd, source: test}
locate: {minutes: 10, source: test}
undelivered: {minutes: 15, source: test}
rating: {days: 15, source: test}
reopen: {days: 15, source: test}
ladder:
  - {order: reminder, at: 1.0, source: test}
  - {order: supervision, at: 2.0, source: test}
handle:
  - {severity: critical, term: 2uh, source: test}
  - {class: "0101*", term: 3uh+8uh+5wd, source: test}
  - {term: 15d, source: test}
""",
    "points.yaml": """\
currency: {zh: 积分, en: points}
published: "2022-01-01"
rules:
  - id: on_time
    title: {zh: 按时办结, en: closed on time}
    on: event.closed.v1
    when: {on_time: true}
    points: 2
    account: post
    field: duty_post
    cap: {day: 10, month: 100, year: 1000}
    basis: test
""",
    "words.yaml": """\
threshold: 2
margin: 0.5
share: 0.25
most: 1
classes:
  "010101": {2: 垃圾 脏乱}
  "010102": {2: [摆摊, 占道经营]}
""",
    "grids.csv": """\
code,name,village,kind,origin
340881001001001,钱庄第1网格,340881001001,building,composed
340881001002001,兴元第1网格,340881001002,building,composed
""",
    "posts.csv": """\
id,grid,kind,time
post-1,340881001001001,chief,full
post-2,340881001001001,worker,part
post-3,340881001002001,chief,full
""",
    "aliases.csv": """\
kind,name,code
division,钱庄社区,340881001001
class,Litter,010101
department,CG,chengguan
queue,CG_Street,chengguan
channel,Phone,hotline
""",
    "demo.yaml": """\
counts: counts.csv
source: test
hours: [0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 0, 0, 5, 5, 5, 5, 0, 0, 0, 0, 0, 0]
channels: {hotline: 3, grid: 1}
titles: ["{where}{problem}"]
texts: ["{hello}，{where}{problem}，{village}，{kind}"]
words:
  where: ["{spot}旁", "{spot}前"]
  spot: [桥头, 村口, 学校]
  hello: [您好, 领导好]
problems:
  "*": [有问题]
  "010101": [有垃圾, 很脏]
""",
    "counts.csv": """\
class,department,n
010101,chengguan,30
010102,gongan,10
""",
    "boundary.geojson": """\
{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"code": "340881", "name": "桐城市"},
  "geometry": {"type": "Polygon", "coordinates": [[[116.8, 30.9], [117.2, 30.9], [117.2, 31.2], [116.8, 30.9]]]}}
]}
""",
}


@pytest.fixture
def make_pack(tmp_path: Path) -> PackMaker:
    """Writes the small pack with some files changed (or, with an empty text, left out) and gives its folder."""

    def make(changed: Files) -> Path:
        folder = tmp_path / "small"
        folder.mkdir(exist_ok=True)
        for name, text in {**SOUND, **changed}.items():
            if text:
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def sound() -> Files:
    """The files of the small pack."""
    return dict(SOUND)


@pytest.fixture
def show_fault(make_pack: PackMaker) -> Callable[..., None]:
    """Replaces a text of a file by another and asks for the finding that must come of it."""

    def show(name: str, old: str, new: str, code: str, key: str, line: int | None = None) -> None:
        """``line``: where the finding points, if not at the line of the change."""
        text = SOUND[name]
        at = text.index(old)
        folder = make_pack({name: text[:at] + new + text[at + len(old) :]})
        everything = check_pack(folder)
        findings = [one for one in everything if one.code == code and one.field == key]
        assert findings, [str(one) for one in everything]
        found = findings[0]
        assert Path(found.file or "").name == name
        assert found.line == (line or text[:at].count("\n") + 1)
        for lang in ("zh_CN", "en"):
            said = found.text(lang)
            assert said != code and not re.search(r"\{\w+\}", said.replace("{where}", "")), said
        assert re.search("[一-鿿]", found.text("zh_CN"))

    return show
