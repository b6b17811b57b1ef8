"""grid (网格登记): which grid a place lies in, and who is on duty there."""
