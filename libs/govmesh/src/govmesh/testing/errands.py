"""What people do besides reporting and the usual desks: every other command dispatch takes, each on a real matter.

Clients of the public API, as :class:`govmesh.testing.people.People` are.  What a mesh that is away did with a request
nobody knows: what is put up carries a number and is sent again, everything else is looked up again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from govcore.errors import Refusal
from govcore.packs import Pack
from govmesh.client import Answered
from govmesh.testing.people import SOURCE, People, is_away

Said = dict[str, Any]
Steps = tuple[tuple[str, Said], ...]
VERIFIER = "zhengfa"
"""The department that verifies and makes visits where a pack under test says so."""
CLAIMERS = ("volunteer:V0001260", "partner:91350100M000100Y43", "dept:gongan")
PHOTO = ["sha256:9f86d081884c7d65"]
OPEN_ORDERS = ("issued", "received")
EACH = 4
"""Of each kind so many are looked at in a turn."""
MOST_REPORTS = 500
MOST_ON_THE_WAY = 30
"""Of what is put up; no more is, until that is answered."""


class Errands:
    """``done``: how often each verb was carried out, ``refused``: the codes; ``kept``: numbers of what was taken in."""

    def __init__(self, pack: Pack, people: People, street: str) -> None:
        """``street``: the division whose secretary chooses projects."""
        self._pack, self._street = pack, street
        self._people, self._api, self._chance = people, people.api, people.chance
        self._number = 0
        self._owed: dict[str, tuple[str, str, Said]] = {}
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.kept: dict[str, set[str]] = {}
        self._each: dict[Callable[[datetime], None], tuple[str, ...]] = {
            self._alerts: ("alert.raised.v1",),
            self._services: ("service.apply.v1",),
            self._claims: ("claim.",),
            self._stewards: ("steward.",),
            self._projects: ("project.",),
            self._repeats: ("event.attach.v1", "event.detach.v1", "report.detach.v1", "event.comment.v1"),
            self._pauses: tuple(
                f"handoff.{verb}.v1" for verb in ("suspend", "resume", "extend", "decide", "end_pause")
            ),
            self._orders: ("order.",),
            self._operations: ("operation.",),
            self._visits: ("visit.",),
            self._checks: ("event.check.v1",),
            self._renewals: ("event.renew.v1",),
            self._surges: ("surge.",),
            self._notices: ("notice.",),
        }

    def turn(self, wanted: Callable[[str], bool] = lambda _begins: True) -> None:
        """Each errand once, those only that have a command ``wanted`` (by the beginning of its type)."""
        now = self._people.now()
        if now is None:
            return
        for errand, types in self._each.items():
            if any(map(wanted, types)):
                errand(now)
        self._again()

    # -- what is put up ----------------------------------------------------------------------------------------

    def _alerts(self, now: datetime) -> None:
        ident = self._ident("a")
        said = {"gateway": "things", "alert_id": ident, "kind": "water_level", "watcher": "sensor", "reading": 60}
        said |= {"device": f"gauge-{self._number % 7}", "division": self._street, "observed_at": now.isoformat()}
        self._owed[ident] = "alerts", "/api/v1/alerts", said

    def _services(self, _now: datetime) -> None:
        code = self._chance.choice(sorted(code for code, one in self._pack.services.items() if one.open))
        said = {"division": self._street, "applicant": self._somebody()}
        self._put_up("services", f"/api/v1/services/{code}/applications", said)

    def _claims(self, now: datetime) -> None:
        until = (now + timedelta(days=20)).isoformat()
        said = {"kind": "wish", "title": "需要轮椅", "needs": "老人出行不便", "division": self._street, "until": until}
        self._put_up("claims", "/api/v1/claims", said | {"wisher": self._somebody()})
        for one in self._some("claims", "claims"):
            claimer = one.get("claimer") or self._chance.choice(CLAIMERS)
            about = {"generation": one["generation"], "claimer": claimer}
            verbs: dict[str, Steps] = {
                "open": (("take", about), ("take", about), ("take", about), ("withdraw", {"reason": "已自行解决"})),
                "claimed": (
                    ("done", {**about, "result": "已送到", "evidence": PHOTO}),
                    ("return", {**about, "reason": "所需型号停产"}),
                ),
                "done": (("confirm", {}), ("redo", {"reason": "尺寸不合"})),
            }
            self._one_of(f"/api/v1/claims/{one['id']}", verbs.get(one["state"], ()))

    def _stewards(self, _now: datetime) -> None:
        said = {"kind": "enterprise", "name": "某某科技有限公司", "steward": "steward:07", "level": 3}
        self._put_up("stewards", "/api/v1/stewards", said | {"division": self._street})
        for one in self._some("stewards", "stewards"):
            visit = {"by": one["steward"], "round": one["round"]}
            if one["state"] in ("serving", "late"):
                found = {"outcome": "recorded", "found": f"厂区路面破损（{self._number}）", "class_code": "010101"}
                fixed = {"outcome": "fixed", "found": "不会办证", "done": "当场帮办"}
                steps = (("visit", visit | found), ("visit", visit | fixed), ("end", {"reason": "已迁出"}))
                self._one_of(f"/api/v1/stewards/{one['id']}", steps)

    def _projects(self, now: datetime) -> None:
        secretary, organisation = f"secretary:{self._street}", f"organisation:{self._street}"
        said = {"title": "背街小巷改造", "about": "雨天积水", "division": self._street, "raiser": self._somebody()}
        self._put_up("projects", "/api/v1/projects", said)
        due = (now + timedelta(days=10)).isoformat()
        plan = {"by": organisation, "milestones": [{"title": "完工", "due_at": due}]}
        reach = {"by": secretary, "number": 1, "evidence": PHOTO}
        solve = {"by": secretary, "problems": 1, "result": "已改造"}
        led = (("reach", reach), ("reach", reach), ("drop", {"by": organisation, "reason": "另有安排"}))
        for one in self._some("projects", "projects"):
            verbs: dict[str, Steps] = {
                "raised": (("choose", {"by": secretary}),) * 3 + (("decline", {"by": secretary, "reason": "不宜"}),),
                "chosen": (("decide", plan),),
                "leading": (("solve", solve),) if one["reached"] else led,
            }
            self._one_of(f"/api/v1/projects/{one['id']}", verbs.get(one["state"], ()))

    # -- matters and tasks -------------------------------------------------------------------------------------

    def _repeats(self, _now: datetime) -> None:
        """Found to be the same matter, or not after all; and a comment, which is about anything."""
        open_ones = list(self._some("events", "events", state="assigned"))
        for event in open_ones[:1]:
            self._do(f"/api/v1/events/{event['id']}/comment", {"words": "已电话催办"})
        for one, into in zip(open_ones[::2], open_ones[1::2], strict=False):
            self._do(f"/api/v1/events/{one['id']}/attach", {"into": into["id"], "reason": "同一事项"})
        for one in self._some("events", "events", state="attached"):
            self._do(f"/api/v1/events/{one['id']}/detach", {"reason": "不是同一事项"})
        reports = list(self._some("reports", "reports", MOST_REPORTS, source=SOURCE))
        attached = {one["event_id"]: one["id"] for one in reports if one["attached"]}
        for event, report in list(attached.items())[:EACH]:
            self._do(f"/api/v1/events/{event}/detach", {"report_id": report, "reason": "另一件事"}, "detach report")

    def _pauses(self, _now: datetime) -> None:
        for task in self._some("handoffs", "handoffs", state="accepted"):
            about = {"dept": task["dept"], "generation": task["generation"]}
            asked = {**about, "term": "2wd"}
            if task["request"]:
                self._do(self._task(task, "decide"), {"ok": self._chance.random() < 0.6, "reason": "依规"})
            else:
                reason = self._chance.choice(("awaiting_reporter", "awaiting_permit"))
                steps = (("suspend", {**asked, "reason": reason}), ("extend", {**asked, "reason": "等配件"}))
                self._one_of(self._task(task, ""), steps)
        for task in self._some("handoffs", "handoffs", state="suspended"):
            about = {"dept": task["dept"], "generation": task["generation"], "note": "已补"}
            self._one_of(self._task(task, ""), (("resume", about), ("end_pause", {"reason": "诉求人来电补充"})))

    def _orders(self, _now: datetime) -> None:
        about = next(iter(self._some("events", "events", 1, state="assigned")), None)
        to = self._chance.choice(("dept:chengguan", "dept:gongan", "desk:triage"))
        paper = {"kind": "directive", "to": to, "words": "报送整治进展", "term": "1wd"}
        where = {"event_id": about["id"]} if about else {"division": self._street}
        ident = self._ident("o")
        self._owed[ident] = "orders", "/api/v1/orders", {**paper, **where, "key": ident}
        for state in (*OPEN_ORDERS, "answered"):
            for one in self._some("orders", "orders", state=state):
                who = {"dept": one["dept"]} if one["dept"] else {"by": one["to"]}
                by = {} if one["issuer"] == "clock" else {"by": one["issuer"]}
                answer = ("answer", {**who, "round": one["round"], "words": "已整治"})
                close, reject = ("close", {**by, "reason": "到位"}), ("reject", {**by, "reason": "缺照片"})
                steps = (close, reject) if state == "answered" else (answer, answer, answer, close)
                self._one_of(f"/api/v1/orders/{one['id']}", steps)

    def _operations(self, now: datetime) -> None:
        meeting = {"at": (now + timedelta(hours=6)).isoformat(), "address": "菜市场东门"}
        called = {"departments": ["chengguan", "gongan", "shichang"], "why": "占道经营久治不下"}
        for event in self._some("events", "events", 2, state="assigned"):
            kind = self._chance.choice(("joint", "task_force"))
            body = {
                "kind": kind,
                "events": [event["id"]],
                **called,
                **({"meeting": meeting} if kind == "joint" else {}),
            }
            self._do("/api/v1/operations", body, "call")
        for one in self._some("operations", "operations", 2 * EACH):
            if one["ended_at"] is None:
                self._at_the_operation(one)

    def _at_the_operation(self, one: Said) -> None:
        path, by = f"/api/v1/operations/{one['id']}", {"by": one["caller"]}
        for part in one["parts"]:
            if part["state"] == "called":
                no = self._chance.random() < 0.2
                answer = {"dept": part["dept"], "coming": not no, "reason": "当日另有任务" if no else ""}
                self._do(f"{path}/answer", answer)
            elif part["state"] == "coming":
                self._do(f"{path}/arrive", {"dept": part["dept"], "where": "东门"})
        if self._chance.random() < 0.2:
            self._do(f"{path}/cancel", {**by, "reason": "情况已消除"})
        elif one["record"] is None:
            self._do(f"{path}/record", {**by, "found": "占道摊位12处", "measures": "劝离"})
        else:
            end = {"dept": "chengguan"} if one["kind"] == "consultation" else {}
            self._do(f"{path}/conclude", {**by, "outcome": "已整治", **end})

    # -- after the end -----------------------------------------------------------------------------------------

    def _visits(self, now: datetime) -> None:
        days = [(now + timedelta(days=ahead)).date().isoformat() for ahead in (1, 3)]
        for event in self._some("events", "events", 2, state="closed"):
            holder = self._chance.choice((f"dept:{VERIFIER}", "desk:visit"))
            self._do(f"/api/v1/events/{event['id']}/visits", {"days": days, "what": "看是否履行", "holder": holder})
        for one in self._some("visits", "visits", state="planned"):
            if self._chance.random() < 0.1:
                self._do(f"/api/v1/visits/{one['id']}/cancel", {"reason": "不再需要"}, "cancel visit")
        for one in self._some("visits", "visits", 2 * EACH, state="open"):
            kind, _, who = one["holder"].partition(":")
            said = {"found": "已看过", **({"dept": who} if kind == "dept" else {"by": one["holder"]})}
            outcome = {"kept": True} if one["kind"] == "visit" else {"grade": 4}
            verb, more = self._chance.choice((("done", outcome), ("done", outcome), ("missed", {})))
            self._do(f"/api/v1/visits/{one['id']}/{verb}", {**said, **more}, f"{verb} visit by {kind}")

    def _checks(self, _now: datetime) -> None:
        for event in self._some("events", "events", 20, state="verifying"):
            ok = self._chance.random() < 0.7
            said = {"dept": VERIFIER, "ok": ok, "reason": "" if ok else "现场仍有垃圾"}
            self._do(f"/api/v1/events/{event['id']}/check", said)

    def _renewals(self, _now: datetime) -> None:
        self._do("/api/v1/calendar/renewals", {})

    def _surges(self, _now: datetime) -> None:
        self._do("/api/v1/surges", {})
        for one in self._some("surges", "surges"):
            if one["event_id"] is None:
                about = {
                    "class_code": "070101",
                    "title": "激增反馈",
                    "text": "来件激增，请研究",
                    "division": self._street,
                }
                self._do(f"/api/v1/surges/{one['id']}/refer", about)

    def _notices(self, _now: datetime) -> None:
        for one in self._some("notices", "notices", state="failed"):
            self._do(f"/api/v1/notices/{one['id']}/retry", {})

    # -- small things ------------------------------------------------------------------------------------------

    def _ident(self, letter: str) -> str:
        self._number += 1
        return f"{letter}{self._number:06d}"

    def _somebody(self) -> Said:
        return {"name": "王某", "phone": f"138{self._number:08d}"}

    def _put_up(self, what: str, path: str, said: Said) -> None:
        ident = self._ident(what[0])
        self._owed[ident] = what, path, {**said, "source": SOURCE, "external_id": ident}

    def _again(self) -> None:
        """Put up what nobody knows the fate of."""
        for ident, (what, path, said) in list(self._owed.items())[:MOST_ON_THE_WAY]:
            if self._do(path, said, what) is not None:
                del self._owed[ident]
                self.kept.setdefault(what, set()).add(ident)

    def _task(self, task: Said, verb: str) -> str:
        return f"/api/v1/events/{task['event_id']}/handoffs/{task['id']}/{verb}".rstrip("/")

    def _some(self, path: str, name: str, most: int = EACH, **asked: Any) -> Iterator[Said]:
        try:
            yield from self._api.get(f"/api/v1/{path}", limit=most, **asked)[name]
        except (Answered, Refusal) as no:
            if not is_away(no):
                raise

    def _one_of(self, path: str, steps: Steps) -> None:
        if steps:
            verb, said = self._chance.choice(steps)
            self._do(f"{path}/{verb}", said, f"{verb} {path.split('/')[3]}")

    def _do(self, path: str, said: Said, verb: str | None = None) -> Any:
        """The answer; None where it was refused, or the mesh was away."""
        verb = verb or path.rpartition("/")[2]
        try:
            answer = self._api.post(path, said)
        except (Answered, Refusal) as no:
            if not is_away(no) and isinstance(no, Answered) and no.status >= 500:
                raise
            code = no.error.get("code") if isinstance(no, Answered) else no.code
            self.refused[f"{verb} {code}"] += 1
            return None
        self.done[verb] += 1
        return answer
