"""No zero before the month."""

MONTH_DAY_FORMAT = "n月j日"
