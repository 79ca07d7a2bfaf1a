"""The Clic Salud thermometer in its layout of 2025, with the official label computed by the published rule."""

import csv
from fractions import Fraction

HEADER = (
    "Expediente_INVIMA,principio_activo,concentracion,unidad_base,unidad_de_dispensacion,nombre_comercial,"
    "fabricante,medicamento,canal,precio_por_tableta,factoresprecio,numerofactor"
).split(",")
LABELS = {1: "Bajo", 2: "Medio", 3: "Alto"}
INSTITUTIONAL, COMMERCIAL = "Institucional", "Comercial"
MAKERS = ["Andina", "Boyacá", "Caribe", "Dorado", "Ejemplo", "Farallones", "Guaviare", "Huila", "Ingará", "Juanambú", "Kogui", "Llano", "Macarena"]

# First expediente, ingredient, concentration, base unit, dispensing unit, channel, prices.
# The first three groups are vectors taken from the published list; the rest is invented.
GROUPS = [
    (90000301, "Losartan", "Losartan 50 mg", "mg", "Tableta", INSTITUTIONAL, "61.67 80.15 119 235 388.83 414.17 3399"),
    (90000401, "Metformina", "Metformina 850 mg", "mg", "Tableta", COMMERCIAL, "162 254.71 320 327.71 406.91 553.59 778.18 819.33 1341.69 2391.87"),
    (90000501, "Escitalopram", "Escitalopram 20 mg", "mg", "Tableta", INSTITUTIONAL,
     "260.78 314.09 330.21 352.5 374 415 445.5 644.67 674.67 1256.57 1287.83 3446.92 3684.57"),
    (90000301, "Losartan", "Losartan 50 mg", "mg", "Tableta", COMMERCIAL, "210.6845238 349.4309746 527.1300359 4500"),
    (90000401, "Metformina", "Metformina 850 mg", "mg", "Tableta", INSTITUTIONAL, "49.74509557 75 169.88 290 432.2"),
    (90000101, "Acetaminofen", "Acetaminofen 500 mg", "mg", "Tableta", COMMERCIAL, "98.5 120 120 185.3333333 260 410"),
    (90000101, "Acetaminofen", "Acetaminofen 500 mg", "mg", "Tableta", INSTITUTIONAL, "18.2 24.75 31 33.4 57.126"),
    (90000111, "Acetaminofen", "Acetaminofen 150 mg", "ml", "Frasco", COMMERCIAL, "5200 6890 11850"),
    (90000201, "Ibuprofeno", "Ibuprofeno 400 mg", "mg", "Tableta", COMMERCIAL, "150.5 150.5 150.5 150.5"),
    (90000211, "Ibuprofeno", "Ibuprofeno 5 g", "g", "Tubo", COMMERCIAL, "14800 21350"),
    (90000321, "Hidroclorotiazida Y Losartan", "Hidroclorotiazida 12,5 mg + Losartan 50 mg", "mg", "Tableta", INSTITUTIONAL, "66.52033983 140.2 410"),
    (90000324, "Hidroclorotiazida Y Losartan", "Losartan 50 mg + Hidroclorotiazida 12,5 mg", "mg", "Tableta", INSTITUTIONAL, "73.03242118"),
    (90000601, "Diclofenaco", "Diclofenaco 50 mg", "mg", "Tableta", INSTITUTIONAL, "21.3 22.8"),
    (90000611, "Diclofenaco", "Diclofenaco 1 g", "g", "Tubo", COMMERCIAL, "9850 12400.5 31200"),
    (19914312, "Insulina Glargina", "Insulina Glargina 300 UI", "UI", "Cartucho", INSTITUTIONAL, "31204.118"),
    (19914312, "Insulina Glargina", "Insulina Glargina 300 UI", "UI", "Cartucho", COMMERCIAL, "36120.5"),
    (19993896, "Dabigatran Etexilato", "Dabigatran Etexilato 75 mg", "mg", "Capsula", INSTITUTIONAL, "2301.44"),
    (19942431, "Trimetazidina", "Trimetazidina 35 mg", "mg", "Tableta", INSTITUTIONAL, "905.2"),
    (19967068, "Lopinavir Y Ritonavir", "Lopinavir 200 mg + Ritonavir 50 mg", "mg", "Tableta", INSTITUTIONAL, "612.75"),
    (213704, "Latanoprost", "Latanoprost 0,125 mg", "ml", "Frasco", COMMERCIAL, "57433"),
]
BRANDS = {19914312: ("Lantus", "Sanofi Aventis"), 19993896: ("Pradaxa", "Boehringer"), 19942431: ("Vastarel MR", "Servier"),
          19967068: ("Kaletra", "Abbvie"), 213704: ("Xalatan", "Pfizer")}


def write(path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        for group in GROUPS:
            out.writerows(rows(*group))


def rows(first, ingredient, concentration, base, unit, channel, prices):
    prices = prices.split()
    for number, (price, level) in enumerate(zip(prices, levels(prices))):
        brand, maker = BRANDS.get(first) or (f"{ingredient} {MAKERS[number]}", MAKERS[number])
        text = f"{brand} ({maker}) - Cada {unit} contiene: {concentration}"
        yield [first + number, ingredient, concentration, base, unit, brand, maker, text, channel, price, LABELS[level], level]


def levels(prices):
    """Quartiles by linear interpolation, strict inequalities: a tie, and a product alone, are Medio."""
    exact = sorted(Fraction(price) for price in prices)
    low, high = quantile(exact, Fraction(1, 4)), quantile(exact, Fraction(3, 4))
    return [1 if Fraction(price) < low else 3 if Fraction(price) > high else 2 for price in prices]


def quantile(ordered, share):
    position = share * (len(ordered) - 1)
    index = int(position)
    above = ordered[min(index + 1, len(ordered) - 1)]
    return ordered[index] + (above - ordered[index]) * (position - index)


assert levels(GROUPS[0][6].split()) == [1, 1, 2, 2, 2, 3, 3]
assert levels(GROUPS[1][6].split()) == [1, 1, 1, 2, 2, 2, 2, 3, 3, 3]
assert levels(GROUPS[2][6].split()) == [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3]
