"""A database of before repeats and surges is brought up to date, its reports with it."""

from __future__ import annotations

from typing import Any


def test_an_older_database_gets_columns_indexes_and_the_times_of_its_reports(dispatch: Any) -> None:
    """Run on tables without them, twice; class and time come out of what the reports are kept as."""
    said = {
        "source": "t",
        "text": "电梯多日停运无人修理",
        "class_code": "070101",
        "reported_at": "2026-03-01T08:00:00+08:00",
    }
    assert dispatch.post("/api/v1/reports", said)["status"] == 200
    with dispatch.mesh.database.write() as conn:
        for change in (
            "DROP INDEX events_part_of",
            "DROP INDEX events_class",
            "DROP INDEX reports_reported",
            "ALTER TABLE events DROP COLUMN part_of",
            "ALTER TABLE reports DROP COLUMN class_code",
            "ALTER TABLE reports DROP COLUMN reported_at",
            "DROP TABLE surges",
            "DROP TABLE claims",
            "DROP TABLE stewardships",
            "DROP TABLE visits",
            "DROP TABLE revisits",
            "DROP TABLE projects",
            "DROP TABLE orders",
            "DROP TABLE operations",
            "UPDATE alembic_version SET version_num = 'd0001' WHERE version_num LIKE 'd%%'",
        ):
            conn.exec_driver_sql(change)
        conn.commit()
    for _ in range(2):
        dispatch.mesh.prepare()
    ((class_code, at),) = dispatch.rows("SELECT class_code, reported_at FROM reports")
    assert class_code == "070101" and str(at).startswith("2026-03-01") and "00:00" in str(at)
    assert dispatch.get("/api/v1/surges")["surges"] == [] and dispatch.get("/api/v1/claims")["claims"] == []
    assert dispatch.get("/api/v1/orders")["orders"] == []
    assert dispatch.post("/api/v1/reports", {"source": "t", "text": "电梯多日停运无人修理呢"})["status"] == 200
