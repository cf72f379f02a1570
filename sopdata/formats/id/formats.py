"""How does an Indonesian office write dates, times and numbers? Django's own abbreviates."""

DATE_FORMAT = "j F Y"  # 23 November 2026
TIME_FORMAT = "H.i"  # 14.05
DATETIME_FORMAT = r"j F Y, \p\u\k\u\l H.i T"  # 23 November 2026, pukul 14.05 WIB
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d-m-Y"
SHORT_DATETIME_FORMAT = "d-m-Y H.i"
FIRST_DAY_OF_WEEK = 1  # Monday

# The first of each is what a browser's own date and time fields send.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H.%M", "%d-%m-%Y %H:%M"]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
