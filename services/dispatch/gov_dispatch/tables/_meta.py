"""Where all tables of dispatch stand together."""

from __future__ import annotations

import sqlalchemy as sa

META = sa.MetaData()
