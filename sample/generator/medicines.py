"""The regulated medicines of the sample: public figures of the official list with cut date 2021-09-03.

Amounts and margins are written as the workbook holds them, binary-float dirt included: `1345.5400000000002`.
"""

from datetime import datetime
from typing import NamedTuple, Optional, Union

CIRCULAR_10 = ("Circular 10 de 2020", datetime(2020, 3, 28))
CIRCULAR_04 = ("Circular 04 de 2016", datetime(2017, 1, 22))
CIRCULAR_06 = ("Circular 06 de 2013", datetime(2013, 10, 3))

NO_MARGIN = "No aplica ningún margen adicional"
BY_REFERENCE = "Precios de referencia internacional"
BY_PUBLIC_INTEREST = "Precios de referencia internacional para casos de interés público"
BY_EXCEPTION = "Precios de referencia internacional*"


class Market(NamedTuple):
    id: Union[int, str]
    atc: str
    ingredient: str
    form: str
    unit_price: float
    unit: str
    base: str
    watched: Optional[str]
    act: tuple
    method: str = BY_REFERENCE


class Ceiling(NamedTuple):
    market: Union[int, str]
    cum: str
    description: str
    amount: float
    margin: Union[float, str]
    act: tuple = CIRCULAR_10
    method: str = BY_REFERENCE


ORAL, INJECTED = "Sólido - Oral", "Líquido/Sólido - Inyectable"
SLOW = "Sólido - Oral de liberación modificada"

MARKETS = [
    Market(29, "L04AB04", "Adalimumab", INJECTED, 35988.68, "mg", "Adalimumab", None, CIRCULAR_10),
    Market(428, "G04CA01", "Alfuzosina ", ORAL, 115.96, "mg", "Alfuzosina Clorhidrato ", None, CIRCULAR_10),
    Market("546b", "C01EA01", "Alprostadil (cardiovascular 20 mcg) ", INJECTED, 14809.83, "mcg", "Alprostadil", "Si", CIRCULAR_10),
    Market(69, "B01AD02", "Alteplasa (Activador Tisular del Plasminógeno Humano)", INJECTED, 31512.89, "mg", "Alteplasa", None, CIRCULAR_10),
    Market(8, "C02KX02", "Ambrisentan", ORAL, 37031.8, "mg", "Ambrisentan", None, CIRCULAR_10),
    Market(634, "G03AD01\xa0", "Anticonceptivo de emergencia (levonorgestrel)", ORAL, 15014.04, "ddd (2)", "", None, CIRCULAR_10),
    Market(634, "G03AD02", "Anticonceptivo de emergencia (ulipristal)", ORAL, 15014.04, "ddd (2)", "", None, CIRCULAR_10),
    Market(199, "B01AF02", "Apixaban", ORAL, 3611.48, "Tableta", "", None, CIRCULAR_10),
    Market(443, "N06AX12", "Bupropion ", ORAL, 11.39, "mg", "Bupropion Clorhidrato", None, CIRCULAR_10),
    Market(6, "B02BD05/B02BD08", "Coagulacion Factor VII Recombinante", INJECTED, 40303.7, "KUI", "Factor VII", None, CIRCULAR_10),
    Market(78, "B01AE07", "Dabigatran Etexilato", ORAL, 32.56, "mg", "Dabigatran Etexilato", None, CIRCULAR_10),
    Market(599, "G03AA12", "Drospirenona y Etinilestradiol (anticonceptivo)", ORAL, 23200.51, "Ciclo (1)", "", None, CIRCULAR_10),
    Market(4, "B02BD03", "Factor VIII Inhibidor Activado Por Bypass", INJECTED, 2929.67, "UI", "Factor VIII Activado Por Bypass", None, CIRCULAR_10),
    Market(2, "A16AB02", "Imiglucerasa", INJECTED, 8508.38, "UI", "Imiglucerasa", None, CIRCULAR_10),
    Market(96, "A10AE04", "Insulina Glargina", INJECTED, 110.17, "UI", "Insulina Glargina", None, CIRCULAR_10),
    Market(475, "S01EE01", "Latanoprost", "Líquido - Oftálmica", 142575.3, "mg", "Latanoprost", None, CIRCULAR_10),
    Market(438, "M05BA07", "Risedronico \xa0Acido ", ORAL, 349.09, "mg", "Risedronato Sodico", None, CIRCULAR_10),
    Market(418, "C01EB15", "Trimetazidina ", SLOW, 27.46, "mg", "Trimetazidina Diclorhidrato", None, CIRCULAR_10),
    Market("458b", "N06AX16", "Venlafaxina ", SLOW, 11.06, "mg", "Venlafaxina Base", None, CIRCULAR_10),
    Market(1001, "J05AR10", "Lopinavir y Ritonavir", ORAL, 4.65, "mg", "Lopinavir", None, CIRCULAR_06, BY_EXCEPTION),
    Market(1003, "J05AR10", "Lopinavir y Ritonavir", "Líquido - Oral", 745.46, "mg", "Lopinavir", None, CIRCULAR_06, BY_EXCEPTION),
    Market(91, "L01XE01", "Imatinib", ORAL, 206.42, "mg", "Imatinib base", None, CIRCULAR_04, BY_PUBLIC_INTEREST),
]

# Medicamentos vitales no disponibles: id, description, price per unit, unit.
VITALS = [
    (818, "Asfotasa alfa - Líquido/Sólido - Inyectable", 138098.13, "mg"),
    (822, "Trientina - Sólido - Oral", 2618.41, "mg"),
]

_LANTUS = "LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x {} - SANOFI AVENTIS"
_GLIVEC = "GLIVEC - Imatinib {} mg - Sólido - Oral x 30 - NOVARTIS"
_PRADAXA = "PRADAXA - Dabigatran Etexilato {}mg/1U - Sólido - Oral x {} - BOEHRINGER"
_VASTAREL = "VASTAREL MR - Trimetazidina 35mg/1U - Sólido - Oral de liberación modificada x {} - LES LABORATOIRES SERVIER"

CEILINGS = [
    Ceiling(418, "19942431-3", _VASTAREL.format(20), 19222, 1345.5400000000002),
    Ceiling(418, "19942431-7", _VASTAREL.format(30), 28833, 2018.3100000000002),
    Ceiling(428, "19908750-2", "XATRAL OD - Alfuzosina 10mg/1U - Sólido - Oral x 10 - SANOFI AVENTIS", 11596, 811.72),
    Ceiling(428, "19908750-3", "XATRAL OD - Alfuzosina 10mg/1U - Sólido - Oral x 30 - SANOFI AVENTIS", 34788, 2435.1600000000003),
    Ceiling(438, "20001228-1", "ACTONEL - Acido Risedronico 150mg/1U - Sólido - Oral x 1 - SANOFI AVENTIS", 52363.5, 3665.445),
    Ceiling(443, "19906266-3", "ODRANAL - Bupropion 150mg/1U - Sólido - Oral x 30 - MONTE VERDE", 51255, 3587.8500000000004),
    Ceiling("458b", "19931663-2", "EFEXOR XR - Venlafaxina 37,5mg/1U - Sólido - Oral de liberación modificada x 7 - PFIZER", 2903.25, 203.22750000000002),
    Ceiling(4, "20007747-1", "FEIBA - Factor Viii Inhibidor Activado Por Bypass 1000UI/1U - Líquido/Sólido - Inyectable x 1 - BAXALTA", 2929671.1, 102538.4885),
    Ceiling(8, "20001582-1", "VOLIBRIS - Ambrisentan 10mg/1U - Sólido - Oral x 30 - GLAXOSMITHKLINE", 11109539.42, 388833.87970000005),
    Ceiling(8, "20001583-1", "VOLIBRIS - Ambrisentan 5mg/1U - Sólido - Oral x 30 - GLAXOSMITHKLINE", 5554769.71, 194416.93985000002),
    Ceiling(29, "19939766-1", "HUMIRA TM - Adalimumab 40mg/0,8ml (50mg/1ml) - Líquido/Sólido - Inyectable x 2 - ABBOTT  / ABBVIE", 2879094.79, 100768.31765000001),
    Ceiling(29, "19939766-2", "HUMIRA TM - Adalimumab 40mg/0,8ml (50mg/1ml) - Líquido/Sólido - Inyectable x 1 - ABBOTT  / ABBVIE", 1439547.39, 50384.15865),
    Ceiling(69, "33103-2", "ACTILYSE - Alteplase 50mg/1U - Líquido/Sólido - Inyectable x 2 - BOEHRINGER", 3151289.37, 110295.12795000001),
    Ceiling(78, "19993896-1", _PRADAXA.format(75, 10), 24417, 1709.19),
    Ceiling(78, "19993896-2", _PRADAXA.format(75, 30), 73251.01, 5127.5707),
    Ceiling(78, "19993897-1", _PRADAXA.format(110, 10), 35811.61, 2506.8127000000004),
    Ceiling(96, "19914262-2", "LANTUS - Insulina Glargina 1000UI/10ml (100UI/1ml) - Líquido/Sólido - Inyectable x 1 - SANOFI AVENTIS", 110173.32, 7712.132400000001),
    Ceiling(96, "19914312-13", _LANTUS.format(3), 99155.99, 6940.919300000001),
    Ceiling(96, "19914312-2", _LANTUS.format(1), 33052, 2313.6400000000003),
    Ceiling(96, "19914312-20", _LANTUS.format(1), 33052, 2313.6400000000003),
    Ceiling(96, "19914312-21", _LANTUS.format(5), 165259.98, 11568.198600000002),
    Ceiling(96, "19914312-3", _LANTUS.format(5), 165259.98, 11568.198600000002),
    Ceiling(96, "19914312-8", _LANTUS.format(10), 330519.96, 23136.397200000003),
    Ceiling(475, "213704-1", "XALATAN - Latanoprost 0,125mg/2,5ml (0,05mg/1ml) - Líquido - Oftálmica x 1 - PFIZER", 17821.91, 1247.5337000000002),
    Ceiling(599, "19968665-1", "YASMINIQ - Drospirenona 3mg/1U + Etinilestradiol 0,02mg/1U - Sólido - Oral x 24 - BAYER", 23200.51, 1624.0357000000001),
    Ceiling(634, "19977582-1", "POSTDAY - Levonorgestrel 1,5mg/1U - Sólido - Oral x 1 - LAFRANCOL", 15014.04, 1050.9828000000002),
    Ceiling(634, "20033270-1", "POSTDAYPLUS - Ulipristal 30mg/1U - Sólido - Oral x 1 - HRA PHARMA", 15014.04, 1050.9828000000002),
    Ceiling(1003, "19911481-1", "KALETRA - Lopinavir 128mg/160ml (80mg/100ml) + Ritonavir 32mg/160ml (20mg/100ml) - Líquido - Oral x 1", 56916, NO_MARGIN, CIRCULAR_06, BY_EXCEPTION),
    Ceiling(1001, "19967068-1", "KALETRA - Lopinavir 200 mg + Ritonavir 50 mg - Sólido - Oral x 120 - ABBOTT  / ABBVIE", 108048, NO_MARGIN, CIRCULAR_06, BY_EXCEPTION),
    Ceiling(1001, "19994092-1", "KALETRA - Lopinavir 100 mg + Ritonavir 25 mg - Sólido - Oral x 60 - ABBOTT  / ABBVIE", 27982, NO_MARGIN, CIRCULAR_06, BY_EXCEPTION),
    Ceiling(91, "19939438-1", _GLIVEC.format(400), 2477040, NO_MARGIN, CIRCULAR_04, BY_PUBLIC_INTEREST),
    Ceiling(91, "19939440-1", _GLIVEC.format(100), 619260, NO_MARGIN, CIRCULAR_04, BY_PUBLIC_INTEREST),
]
