"""Day before month, in figures."""

MONTH_DAY_FORMAT = "j/n"
SHORT_DATE_FORMAT = "j/n/Y"
