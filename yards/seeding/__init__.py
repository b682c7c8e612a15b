"""Starting data of a fresh installation: the 27 ports, their calendars, and first lanes and yards for staff to edit."""
