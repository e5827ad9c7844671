"""Days and times in English, in the letters of Django's `date` filter."""

DAY_MONTH_YEAR = "j F Y"
DAY_MONTH = "j F"
SHORT_DAY_MONTH = "j M"
WEEKDAY_DAY_MONTH = "l j F"
SHORT_WEEKDAY_DAY_MONTH = "D j M"
DAY_AND_TIME = "j F Y, H:i"
WEEKDAY_AND_TIME = "l j F, H:i"
