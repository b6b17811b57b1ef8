"""dispatch (联勤调度): files matters, hands them to departments, watches every deadline, closes."""
