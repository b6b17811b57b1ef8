"""Measurements, side by side in one run: a hand-written floor, the peers, ours.

``python -m bench.hop`` (``./dev bench hop``); servers from ``GOVMESH_AMQP_URL`` and ``GOVMESH_DATABASE_URL``.
"""
