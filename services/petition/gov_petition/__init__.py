"""petition (信访): takes petitions in, keeps their statutory clock, hands over what needs a department."""
