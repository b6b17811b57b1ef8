"""``govmesh route`` over files: no mesh is asked, nothing is written, and bad input gets its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govcore.packs import find_pack
from govmesh.cli import main

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]
ROAD = {
    "source": "me",
    "external_id": "7",
    "text": "文昌路中段路面破损已经三天，行人不便",
    "division": "340881001007",
    "channel": "grid",
    "reported_at": "2026-03-02T09:10:00+08:00",
    "reporter": {"name": "欧阳无名", "phone": "13912345678"},
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """``run("route", …)``: exit status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVMESH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GOVMESH_URL", "http://127.0.0.1:9")

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["govmesh", *words])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        assert not (tmp_path / "home").exists()
        return code, said.out, said.err

    return call


def write(name: str, said: Any) -> str:
    Path(name).write_text(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return name


def test_one_report_is_explained_rule_by_rule(run: Run) -> None:
    """Who leads and assists with the rule, and for every other rule what it lacked, Chinese with English beside it."""
    code, out, _ = run("route", "explain", write("one.json", ROAD))
    assert code == 0
    assert "  主办 lead       zhujian 住房和城乡建设局" in out and "← item.road" in out
    assert "  协办 assist     jiaotong 交通运输局" in out
    assert "  ✓ item.road  主办 lead zhujian · 协办 assist jiaotong — 城区道路由住建牵头，公路由交通协同" in out
    assert "  ✗ from_petition  渠道应为 petition，实为 grid / channel must be petition, is grid" in out
    assert not [word for word in ("欧阳无名", "13912345678") if word in out]


def test_the_same_as_json(run: Run) -> None:
    """One object with a part for each rule; the number of rules is the pack's."""
    code, out, _ = run("route", "explain", write("one.json", ROAD), "--json")
    (report,) = json.loads(out)["reports"]
    assert (code, report["row"], report["name"]) == (0, 1, "7")
    assert report["decision"]["lead"]["dept"] == "zhujian" and len(report["rules"]) > 80
    assert "13912345678" not in out


def test_several_reports_are_shown_short_and_the_bad_ones_told(run: Run) -> None:
    """A block each; what would not be taken in has its reason in its place; ``--limit`` and ``--row`` choose."""
    rows = [ROAD, {**ROAD, "division": "999"}, {"source": "me"}, {**ROAD, "text": "不知所云"}]
    many = write("many.json", {"reports": rows})
    code, out, _ = run("route", "explain", many)
    assert code == 0 and [word for word in out.split() if word.startswith("第")] == ["第1行", "第4行"]
    assert "REPORT_UNKNOWN_DIVISION  row=2" in out and "REPORT_EMPTY  row=3" in out
    assert "分拨台 triage desk ← 没有规则指定主办" in out and "✗ 未匹配 not matched" in out
    assert "第4行" not in run("route", "explain", many, "--limit", "3")[1]
    code, out, _ = run("route", "explain", many, "--row", "4")
    assert code == 0 and out.startswith("第4行 row 4") and "✗ item.road" in out
    code, _, err = run("route", "explain", many, "--row", "9")
    assert code == 1 and "ROUTING_NO_ROW" in err and "第 9 行" in err and "row 9" in err


def test_a_table_is_read_with_its_mapping(run: Run) -> None:
    """The shipped mapping is found by the columns; rows count as the spreadsheet shows them."""
    head = "留言编号,留言用户,留言主题,留言时间,留言详情"
    table = write("m.csv", f"{head}\n1,某人,路灯不亮,2019/3/1 9:00:00,路灯不亮\n2,某人,x,昨天,x\n")
    code, out, _ = run("route", "explain", table)
    assert code == 0 and "第2行 row 2 · 1" in out and "item.lamps_power_gas" in out
    assert "ROW_BAD_DATE  row=3" in out and "某人" not in out


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("none.xlsx", None, "FILE_NOT_FOUND"),
        ("odd.csv", "a,b\n1,2\n", "MAPPING_NONE_FITS"),
        ("odd.json", '{"source": "me", "text": ', "FILE_BROKEN"),
        ("empty.json", "", "FILE_EMPTY"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(run: Run, name: str, said: str | None, code: str) -> None:
    """One reason in both languages, and status 1."""
    if said is not None:
        write(name, said)
    status, out, err = run("route", "explain", name)
    assert (status, out) == (1, "") and code in err


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The town's rules with the roads given to another department."""
    text = (find_pack("tongcheng") / "routing.yaml").read_text(encoding="utf-8")
    old = '    when: {class: ["0101*"]}\n    lead: zhujian\n'
    assert old in text
    path = tmp_path / "changed.yaml"
    path.write_text(text.replace(old, old.replace("zhujian", "chengguan")), encoding="utf-8")
    return path


def test_changed_rules_are_tried_on_a_file(run: Run, changed: Path) -> None:
    """Counts by kind of change and department, and the first examples with both decisions."""
    rows = write("many.json", {"reports": [ROAD, {**ROAD, "text": "不知所云"}, {"source": "me"}]})
    code, out, _ = run("route", "replay", str(changed), "--against", rows, "--json")
    found = json.loads(out)
    assert (code, found["read"], found["changed"], found["rejected"]["count"]) == (0, 2, 1, 1)
    assert found["kinds"]["lead"] == 1 and found["departments"]["zhujian"]["lead_lost"] == 1
    assert found["rejected"]["first"][0]["code"] == "REPORT_EMPTY"
    code, out, _ = run("route", "replay", str(changed), "--against", rows)
    assert code == 0 and "改变 changed 1" in out and "主办改变 lead changed" in out
    assert "    − zhujian + jiaotong" in out and "    + chengguan + jiaotong" in out


def test_broken_rules_are_told_in_full(run: Run, changed: Path) -> None:
    """Every fault with file, line, key and reason; nothing is replayed."""
    text = changed.read_text(encoding="utf-8").replace("lead: chengguan", "lead: nobody", 1)
    changed.write_text(text.replace("assist: [xiaofang]", "assist: [fire]", 1), encoding="utf-8")
    code, out, err = run("route", "replay", str(changed), "--against", write("one.json", ROAD))
    assert (code, out) == (1, "")
    assert err.count("✗ PACK_DEPARTMENT_UNKNOWN") == 2 and "changed.yaml  line=" in err and "rules[" in err
