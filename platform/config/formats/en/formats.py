"""English is read by people of many countries here: a month in letters is taken for a day by none of them."""

MONTH_DAY_FORMAT = "j M"
SHORT_DATE_FORMAT = "j M Y"
