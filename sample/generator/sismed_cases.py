"""The reports of the sample that each show one situation, with the verdicts expected of minimum, average and maximum."""

from typing import NamedTuple

WITHIN, ABOVE = "within", "above"
MISSING = "cannot_compare: price_missing"
BEFORE = "cannot_compare: period_before_first_list"
STALE = "cannot_compare: ceiling_list_out_of_date"
UNIT = "cannot_compare: unit_not_convertible"
UNKNOWN = "cannot_compare: unknown_medicine"
FREE = "not_regulated"
NO_CEILING = "no_ceiling_for_this_stage"

ALL_WITHIN, ALL_ABOVE = (WITHIN,) * 3, (ABOVE,) * 3


class Case(NamedTuple):
    """A report and what is expected of it. Amounts are text, as the file writes them; blank is missing."""

    name: str
    cum: str
    period: str
    role: int
    operation: str
    transaction: int
    unit: str
    minimum: str
    maximum: str
    units: str
    value: str
    expected: tuple
    # What becomes of it when the open-data list of 2024 is imported; None: nothing.
    then: tuple = None


CASES = [
    # The pen (ceiling 33052; 35365.64 with the margin of 7 % in transaction 5).
    Case("five-pen price on a one-pen CUM", "19914312-20", "2020-06", 1, "VN", 1, "A", "171764", "171764", "40", "6870560", ALL_ABOVE),
    Case("five-pen price on a one-pen CUM", "19914312-20", "2020-09", 2, "CM", 3, "A", "171764", "171764", "12", "2061168", ALL_ABOVE),
    Case("exactly 1.07 times the ceiling, transaction 5", "19914312-20", "2020-07", 2, "VN", 5, "A", "35365.64", "35365.64", "10", "353656.4", ALL_WITHIN),
    Case("exactly 1.07 times the ceiling, transaction 5", "19914312-2", "2020-10", 2, "CM", 5, "C", "35365.64", "35365.64", "25", "884141", ALL_WITHIN),
    Case("exactly 1.07 times the ceiling, transaction 5", "19914312-20", "2021-02", 2, "RC", 5, "A", "35365.64", "35365.64", "3", "106096.92", ALL_WITHIN),
    Case("one cent above 1.07 times, transaction 5", "19914312-20", "2020-08", 2, "VN", 5, "A", "33052", "35365.65", "10", "340000", (WITHIN, WITHIN, ABOVE)),
    Case("1.07 times the ceiling where no margin counts", "19914312-20", "2020-11", 2, "VN", 3, "A", "35365.64", "35365.64", "6", "212193.84", ALL_ABOVE),
    Case("exactly at the ceiling", "19914312-20", "2020-10", 1, "VN", 1, "A", "33052", "33052", "500", "16526000", ALL_WITHIN),
    Case("one cent above the ceiling", "19914312-20", "2020-11", 1, "VN", 1, "A", "33052.01", "33052.01", "100", "3305201", ALL_ABOVE),
    Case("only the maximum is above", "19914312-20", "2021-03", 2, "CM", 3, "A", "29545", "36900", "80", "2480000", (WITHIN, WITHIN, ABOVE)),
    Case("average and maximum are above", "19914312-20", "2021-04", 2, "CM", 4, "A", "30000", "41900", "100", "3650000", (WITHIN, ABOVE, ABOVE)),
    Case("average is a fraction just under the ceiling", "19914312-20", "2021-05", 2, "CM", 3, "A", "33050", "33053", "3", "99155", (WITHIN, WITHIN, ABOVE)),
    Case("average is a fraction just above the ceiling", "19914312-20", "2021-06", 2, "CM", 3, "A", "33050", "33056", "3", "99157", (WITHIN, ABOVE, ABOVE)),
    Case("maximum a thousand times the minimum (flag)", "19914312-2", "2021-05", 2, "CM", 5, "C", "96", "132747", "2094", "5073525", (WITHIN, WITHIN, ABOVE)),
    Case("average outside minimum and maximum (flag)", "19914312-2", "2021-07", 2, "CM", 3, "C", "31000", "32000", "10", "330000", ALL_WITHIN),
    # Five pens (ceiling 165259.98).
    Case("price per pen on the five-pen CUM", "19914312-21", "2020-12", 2, "VN", 3, "C", "33051.99", "33051.99", "100", "3305199", ALL_WITHIN),
    Case("explained by rounding the pen to cents", "19914312-21", "2021-01", 2, "VN", 3, "C", "33052", "33052", "100", "3305200", ALL_ABOVE),
    Case("the ceiling of the five pens, per pack", "19914312-21", "2021-02", 1, "VN", 1, "A", "165259.98", "171764", "50", "8262999", (WITHIN, WITHIN, ABOVE)),
    Case("box of five invoiced by primary pack", "19914312-21", "2021-03", 2, "VN", 4, "B", "33000", "33000", "20", "660000", (UNIT,) * 3),
    Case("one pen invoiced by primary pack", "19914312-20", "2021-03", 2, "VN", 4, "B", "33000", "33100", "20", "661000", (WITHIN, WITHIN, ABOVE)),
    # Capsules, tablets, bottles.
    Case("explained by rounding the capsule to whole pesos", "19993896-2", "2020-08", 2, "CM", 3, "C", "2441", "2442", "600", "1465200", (WITHIN, ABOVE, ABOVE)),
    Case("pack price declared per capsule", "19993896-2", "2020-09", 2, "VN", 3, "C", "63546", "63546", "30", "1906380", ALL_ABOVE),
    Case("capsule price declared per pack", "19993896-2", "2020-10", 2, "VN", 3, "A", "2118", "2120", "300", "635700", ALL_WITHIN),
    Case("capsules invoiced by primary pack (blister)", "19993896-1", "2020-10", 2, "VN", 3, "B", "20000", "20000", "8", "160000", (UNIT,) * 3),
    Case("six times the ceiling", "213704-1", "2020-07", 2, "VN", 4, "A", "112167", "112167", "4", "448668", ALL_ABOVE),
    Case("margin of 3.5 % of the whole, transaction 5", "33103-2", "2020-09", 2, "VN", 5, "A", "3151289.37", "3261584.49", "4", "13000000", ALL_WITHIN),
    Case("one cent above the margin of 3.5 %", "33103-2", "2020-10", 2, "VN", 5, "A", "3151289.37", "3261584.50", "4", "13000000", (WITHIN, WITHIN, ABOVE)),
    Case("far above the ceiling", "33103-2", "2021-03", 2, "VN", 3, "A", "11601138", "11601138", "1", "11601138", ALL_ABOVE),
    # No margin anywhere, and acts of 2013 and 2017.
    Case("no IPS margin: at the ceiling, transaction 5", "19967068-1", "2020-07", 2, "VN", 5, "A", "108048", "108048", "30", "3241440", ALL_WITHIN),
    Case("no IPS margin: 1.07 times, transaction 5", "19967068-1", "2020-08", 2, "VN", 5, "A", "115611.36", "115611.36", "30", "3468340.8", ALL_ABOVE),
    Case("act of 2017, before the list of 2020", "19939438-1", "2019-11", 1, "VN", 1, "A", "2400000", "2477040", "12", "29000000", ALL_WITHIN),
    Case("act of 2017, one peso above", "19939438-1", "2020-12", 2, "VN", 5, "A", "2477041", "2477041", "2", "4954082", ALL_ABOVE),
    # Time.
    Case("before the first list", "19914312-20", "2019-12", 1, "VN", 1, "A", "50000", "60000", "20", "1100000", (BEFORE,) * 3),
    Case("month in which the first list began", "19914312-20", "2020-03", 1, "VN", 1, "A", "33000", "60000", "20", "800000", (BEFORE,) * 3),
    Case("a whole year, act of 2017 in force", "19939438-1", "2018", 2, "CM", 3, "A", "2300000", "2477041", "40", "96000000", (WITHIN, WITHIN, ABOVE)),
    Case("a whole year, partly before the first act", "19939438-1", "2017", 2, "CM", 3, "A", "2300000", "2400000", "40", "94000000", (BEFORE,) * 3),
    Case("a whole year before the first list", "19914312-2", "2018", 2, "VN", 3, "C", "31000", "64000", "900", "30000000", (BEFORE,) * 3),
    Case("a whole year, partly before the first list", "19914312-2", "2020", 2, "VN", 3, "C", "31000", "64000", "900", "30000000", (BEFORE,) * 3),
    Case("a whole year inside the list's age", "19914312-2", "2021", 2, "VN", 3, "C", "31000", "33052", "900", "28800000", ALL_WITHIN),
    Case("last month inside the list's age", "19914312-20", "2021-12", 1, "VN", 1, "A", "33000", "33052", "70", "2312000", ALL_WITHIN),
    Case("the list is too old", "19914312-20", "2022-01", 1, "VN", 1, "A", "33000", "38000", "70", "2600000", (STALE,) * 3),
    Case("the list is too old", "19914312-20", "2024-06", 1, "VN", 1, "A", "41000", "44000", "70", "2975000", (STALE,) * 3),
    Case("too old until the open-data list arrives", "19914312-20", "2024-08", 1, "VN", 1, "A", "39000", "40100", "50", "1980000", (STALE,) * 3, ALL_WITHIN),
    Case("too old until the open-data list arrives", "19914312-20", "2024-09", 2, "VN", 4, "A", "52000", "52000", "5", "260000", (STALE,) * 3, ALL_ABOVE),
    Case("too old until the open-data list arrives", "20001583-1", "2024-08", 1, "VN", 2, "A", "6900000", "7000000", "3", "20900000", (STALE,) * 3, (NO_CEILING,) * 3),
    Case("too old until the open-data list arrives", "20001583-1", "2024-09", 2, "CM", 5, "A", "6668502.93", "6668502.94", "2", "13337005.86", (STALE,) * 3, (WITHIN, WITHIN, ABOVE)),
    # Missing prices: blanks and zeros are not prices.
    Case("minimum left blank", "19914312-2", "2020-05", 2, "VN", 5, "C", "", "38916", "28", "764934", (MISSING, WITHIN, ABOVE)),
    Case("minimum and maximum zero, value present", "19914312-2", "2020-06", 2, "VN", 5, "C", "0", "0", "28", "764934", (MISSING, WITHIN, MISSING)),
    Case("all zero: registered, not sold", "19942431-3", "2020-06", 1, "VN", 1, "A", "0", "0", "0", "0", (MISSING,) * 3),
    Case("value left blank", "19942431-3", "2020-07", 1, "VN", 1, "A", "18000", "19222", "300", "", (WITHIN, MISSING, WITHIN)),
    # A CUM that only the market's unit price reaches (8508.38 per UI x 400 UI = 3403352; 40303.7 per KUI x 250 KUI = 10075925).
    Case("ceiling derived from the unit price", "20013754-1", "2020-10", 1, "VN", 1, "A", "3403352", "3403352", "3", "10210056", ALL_WITHIN),
    Case("ceiling derived from the unit price", "20021986-2", "2020-10", 2, "VN", 3, "A", "10075925", "10075926", "2", "20151851", (WITHIN, ABOVE, ABOVE)),
    # Not on any list.
    Case("registered, no market of its ingredient", "90000101-1", "2020-08", 1, "VN", 1, "A", "1200", "1500", "400", "540000", (FREE,) * 3),
    Case("registered, no market of its ingredient", "90000301-1", "2021-08", 2, "VN", 4, "C", "61.67", "80.15", "3000", "210000", (FREE,) * 3),
    Case("no such CUM anywhere", "99999999-1", "2020-08", 1, "VN", 1, "A", "1200", "1500", "400", "540000", (UNKNOWN,) * 3),
]

# Rows that an import must set aside, each for the fault named; the columns as they stand in the file.
FAULTS = [
    ("unknown unit code", ["19914312", "20", "2020", "6", "2", "VN", "3", "X", "30000", "31000", "10", "305000"]),
    ("minimum above maximum", ["19914312", "20", "2020", "7", "2", "VN", "3", "A", "33000", "31000", "10", "320000"]),
    ("text where a number belongs", ["19914312", "2", "2020", "8", "2", "CM", "4", "A", "N/D", "31000", "10", "305000"]),
    ("no such month", ["19939438", "1", "2020", "13", "1", "VN", "1", "A", "2400000", "2477040", "2", "4877040"]),
]
