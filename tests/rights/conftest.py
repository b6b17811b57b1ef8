"""A mesh whose reports are full of what would say who reported, and everything that comes out of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from werkzeug.test import Client

from govcore.calendar import Notice
from govcore.messages import CATALOGUE, Message, Payload
from govcore.packs import load_pack, read_plain
from govcore.packs.former import Former
from govcore.stats import Report
from govcore.stats.book import workbook
from govmesh import logs, ops
from govmesh.broker.memory import MemoryBroker
from govmesh.spans import Spans
from govmesh.spec import find_specs
from govmesh.story import changed_pack
from govmesh.tables import MESH
from govmesh.testing.rig import Rig

START = "2027-02-03T09:00:00+08:00"
"""A Wednesday of a year whose notice is not out, so that every term that runs into the festival is provisional."""
FESTIVAL = Notice(year=2027, name="Spring Festival", holidays="0206-0226")
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
REPORTER = {"name": "欧阳测密", "phone": "13812345678", "id": "340881199001011234", "handle": "mimi_cemi_77"}
SECOND = {"name": "Cemi Tester", "phone": "0556-6123457", "handle": "司徒的小号"}
PETITIONER = {"name": "慕容验隐", "phone": "18655556666", "id": "34088119850505123X"}
MARKERS = (
    "欧阳测密", "欧阳 测密", "13812345678", "138-1234-5678", "138 1234 5678", "１３８１２３４５６７８",
    "340881199001011234", "mimi_cemi_77", "cemi@example.cn", "0556-6123456", "8栋2单元502", "诸葛未登", "weixin_cemi",
    "13666667777", "Cemi Tester", "0556-6123457", "司徒的小号", "慕容验隐", "18655556666", "34088119850505123X",
)  # fmt: skip
TELLING = (
    "我是欧阳测密（欧阳 测密），电话13812345678、138-1234-5678、１３８１２３４５６７８，身份证340881199001011234，"
    "账号mimi_cemi_77，邮箱cemi@example.cn，座机0556-6123456，家住龙眠小区8栋2单元502室。"
)
"""What a reporter writes about themselves, all of which their record or its form gives away."""
OF_OTHERS = "联系人：诸葛未登，微信：weixin_cemi，也可打13666667777。"
"""The same of somebody the record does not know."""
NOTED = TELLING.replace("（欧阳 测密）", "") + OF_OTHERS
"""What a department may have noted on the spot: it has no record to know a name by, only what the words make plain."""
ACCUSATION = "举报城管收取好处暗号甲"


def found_in(raw: bytes) -> list[str]:
    """The markers that stand in some bytes, in whatever way they may be written."""
    text = {marker: (marker.encode(), marker.encode("gb18030"), marker.encode("utf-16-le")) for marker in MARKERS}
    for marker in MARKERS:
        text[marker] += (json.dumps(marker)[1:-1].encode(), quote(marker).encode())
    return [marker for marker, forms in text.items() if any(form in raw for form in forms)]


class Town:
    """Services turn by turn, departments that only listen, and what each of them has received."""

    second, petitioner, telling, noted, accusation = SECOND, PETITIONER, TELLING + OF_OTHERS, NOTED, ACCUSATION

    def __init__(self, home: Path) -> None:
        verify = [{"channel": ["hotline"], "share": "all", "by": "dept:shuju", "source": "composed"}]
        rules = read_plain(load_pack("tongcheng").folder / "notices.yaml")
        text = {"zh": "您反映的事项已转{lead_name}办理", "en": "passed on to {lead_name}"}
        told = {"id": "told", "on": "event.filed.v1", "to": "reporter", "channel": "sms", "text": text, "source": "t"}
        sms = {"code": "sms", "name": {"zh": "短信", "en": "text message"}, "tries": 2, "source": "t"}
        changes = {
            "pack.yaml": {"verify": {"share": 1.0}},
            "closing.yaml": {"verify": verify},
            "notices.yaml": {"channels": [*rules["channels"], sms], "templates": [*rules["templates"], told]},
        }
        pack = changed_pack(load_pack("tongcheng").folder, changes, home / "pack")
        self.log = io.StringIO()
        self.rig = Rig(home / "home", load_pack(pack), find_specs(), datetime.fromisoformat(START), _never)
        self.rig.silent = set(self.rig.pack.departments)
        self.received: dict[str, list[bytes]] = {code: [] for code in self.rig.pack.departments}
        self.spans: list[bytes] = []
        self._numbers = count(1)
        self.letters = self.rig.home / "spool" / "sms.jsonl"
        """What goes out to reporters as text messages: the one file that may name a telephone."""
        self.rig.boot()

    def rest(self, **later: float) -> None:
        """Let the clock go on, and everybody do what there is to do; the departments take what has come."""
        self.rig.later(**later)
        self.rig.run()
        broker = self.rig.meshes["dispatch"].broker
        assert isinstance(broker, MemoryBroker)
        for code, bodies in self.received.items():
            source = broker.as_user(f"dept.{code}").source([f"dept.{code}"], 1000)
            taken = source.take(1000, 0.0, 0.0)
            bodies += [one.body for one in taken]
            source.ack(taken)
            source.close()

    def report(self, about: str, *, who: dict[str, str] | None = None, **more: Any) -> str:
        """A report full of its reporter; the id of its event."""
        said = {
            "source": "rights",
            "external_id": str(next(self._numbers)),
            "channel": "grid",
            "title": f"{TELLING[:20]}{about[:20]}",
            "text": f"{TELLING}{OF_OTHERS}{about}",
            "address": "文昌路中段，联系电话13812345678",
            "class_code": "010101",
            "division": "340881001007",
            "reporter": who or REPORTER,
            **more,
        }
        return str(self.rig.post("/api/v1/reports", said)["event"])

    def task(self, event: str, dept: str) -> dict[str, Any]:
        """The hand-off of an event that is addressed to or held by a department."""
        return next(one for one in self.tasks(event) if dept in (one["dept"], str(one["holder"]).removeprefix("dept:")))

    def tasks(self, event: str) -> list[dict[str, Any]]:
        return list(self.rig.get(f"/api/v1/events/{event}/handoffs")["handoffs"])

    def command(self, dept: str, event: str, verb: str, **data: Any) -> None:
        """A department's command over the broker, about its task as it stands now."""
        task = self.task(event, dept)
        said = {"handoff_id": task["id"], "generation": task["generation"], **data}
        payload: type[Payload] = CATALOGUE.types[f"handoff.{verb}.v1"]
        name = f"rights-{next(self._numbers)}"
        told = Message(
            name, f"dept.{dept}", task["id"], 0, "", self.rig.clock.now(), TRACE, payload.model_validate(said), dept
        )
        self.rig.publish("dispatch.commands", told.encode(), name, f"dept.{dept}")
        self.rest()

    def desk(self, event: str, verb: str, task: str = "", **data: Any) -> None:
        path = f"/api/v1/events/{event}/handoffs/{task}/{verb}" if task else f"/api/v1/events/{event}/{verb}"
        self.rig.post(path, data)
        self.rest()

    def types(self) -> set[str]:
        """Types of what departments have received."""
        return {json.loads(body)["type"] for bodies in self.received.values() for body in bodies}

    def notice(self) -> None:
        """The year's notice comes out, and dispatch starts again with it."""
        self.rig.pack = self.rig.pack.with_notices([FESTIVAL])
        self.rig.restart("dispatch")

    def reorganise(self) -> None:
        """The lead of most matters and who verifies are renamed, and dispatch starts again with the next version."""
        pack, said = self.rig.pack, {"became": "renamed", "since": date(2027, 2, 1), "source": "composed"}
        new, former = dict(pack.departments), dict(pack.former)
        for code in ("zhujian", "shuju"):
            gone, to = new.pop(code), f"{code}ju"
            new[to] = gone.model_copy(update={"code": to})
            former[code] = Former(code=code, name=gone.name, successor=to, **said)  # type: ignore[arg-type]
            self.received[to] = []
        self.rig.pack = replace(pack, departments=new, former=former)
        self.rig.restart("dispatch")

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """Every byte that comes out, with where it was seen."""
        yield from ((f"queue dept.{code}", body) for code, bodies in self.received.items() for body in bodies)
        yield "log", self.log.getvalue().encode()
        yield from (("span", body) for body in self._exported())
        for kind in ("day", "week", "month"):
            book = workbook(Report.model_validate(self.rig.get(f"/api/v1/stats/{kind}")))
            with zipfile.ZipFile(io.BytesIO(book)) as sheets:
                yield from ((f"xlsx {kind} {name}", sheets.read(name)) for name in sheets.namelist())
        yield from self._answers()
        for name, mesh in self.rig.meshes.items():
            mesh.broker.source([mesh.inbox], 1).close()
            with mesh.database.read() as conn:
                for table in (*MESH.sorted_tables, *(kind.table for kind in mesh.spec.kinds)):
                    rows = conn.exec_driver_sql(f'SELECT * FROM "{table.name}"').all()
                    yield from ((f"{name}.{table.name}", repr(tuple(row)).encode()) for row in rows)
        yield from ((str(file), file.read_bytes()) for file in self.rig.home.rglob("*") if file.is_file())

    def _exported(self) -> Iterable[bytes]:
        """The spans as a collector gets them."""
        sent: list[bytes] = []

        def send(spans: Sequence[Any]) -> bool:
            sent.append(encode_spans(spans).SerializeToString())
            return True

        for name, mesh in self.rig.meshes.items():
            at = [0.0]
            spans = Spans(name, mesh.database, send, mesh.log, lambda at=at: at[0])  # type: ignore[misc]
            for at[0] in (0.0, 100.0, 200.0):  # rows are sent one look after they were first seen
                spans.tick()
        return sent

    def _answers(self) -> Iterator[tuple[str, bytes]]:
        """What every GET route of every service answers about every id there is."""
        ids = self._ids()
        edge = self.rig.meshes["console"].edge
        for name, mesh in self.rig.meshes.items():
            for route in (*mesh.spec.routes(mesh), *ops.routes(mesh)):
                if route.method == "GET":
                    for path in _filled(route.path, ids):
                        yield f"GET /svc/{name}{path}", Client(edge).get(f"/svc/{name}{path}").data

    def _ids(self) -> dict[str, list[str]]:
        def column(service: str, sql: str) -> list[str]:
            with self.rig.meshes[service].database.read() as conn:
                return [str(row[0]) for row in conn.exec_driver_sql(sql)]

        kinds = {kind.table.name: name for name, mesh in self.rig.meshes.items() for kind in mesh.spec.kinds}
        own = {table: column(service, f'SELECT id FROM "{table}" ORDER BY id') for table, service in kinds.items()}
        events = own["events"][:12] + own["events"][-3:]
        return {
            **{f"{table.removesuffix('s')}_id": ids for table, ids in own.items()},
            "event_id": events,
            "subject": [*events, *own["handoffs"], *own["petitions"]],
            "trace": column("dispatch", "SELECT DISTINCT trace FROM history")[:40],
            "kind": ["day", "week", "month"],
            "account": ["post:post-340881001007001"],
            "name": ["console.css"],
            "code": [*list(self.rig.pack.services)[:3], *list(self.rig.pack.grids)[:2], "340881001007"],
            "post": own["posts"][:3],
            "entry_id": own["entries"][:5],
            "visit_id": [*own["visits"], *own["revisits"]],
            "key": ["sha256:" + "0" * 64],
            "ident": [each for table in SHOWN for each in own[table][:3]],
        }


SHOWN = ("operations", "orders", "projects", "stewardships", "surges")
"""What the console has a page for, beside events."""


def _filled(path: str, ids: dict[str, list[str]]) -> Iterator[str]:
    """The path for every id; one that names what nobody here knows is an error: :meth:`Town._ids` must learn it."""
    begin, _, rest = path.partition("<")
    if not rest:
        yield path
        return
    name, _, end = rest.partition(">")
    for ident in ids[name.rpartition(":")[2]]:
        yield from _filled(f"{begin}{ident}{end}", ids)


def _never(_service: str, _point: str, _items: Sequence[Any]) -> bool:
    return False


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """With logs in JSON, as chatty as they can be."""
    said = io.StringIO()
    with redirect_stderr(said):
        logs.set_up("json", "debug")
        made = Town(tmp_path)
        made.log = said
        yield made
        made.rig.close()
    structlog.reset_defaults()


@pytest.fixture
def search() -> Callable[[bytes], list[str]]:
    return found_in
