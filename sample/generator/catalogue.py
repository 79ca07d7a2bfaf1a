"""The CUM catalogue (i7cb-raxc): one row per presentation, active ingredient and role of a company."""

import csv

from .catalogue_products import PRODUCTS, Product
from .thermometer import GROUPS, MAKERS

HEADER = (
    "expediente,producto,titular,registrosanitario,fechaexpedicion,fechavencimiento,estadoregistro,expedientecum,"
    "consecutivocum,cantidadcum,descripcioncomercial,estadocum,fechaactivo,fechainactivo,muestramedica,unidad,atc,"
    "descripcionatc,viaadministracion,concentracion,principioactivo,unidadmedida,cantidad,unidadreferencia,"
    "formafarmaceutica,nombrerol,tiporol,modalidad,IUM"
).split(",")

TABLET = ("ORAL", "TABLETA", "TABLETA")
# The unregulated ingredients, by the first expediente of their group in the thermometer (all invented but the names).
FREE = {
    90000301: ("LOSARTÁN", "C09CA01", "LOSARTAN", TABLET, [("LOSARTAN POTASICO", "mg", "50")]),
    90000401: ("METFORMINA", "A10BA02", "METFORMINA", TABLET, [("METFORMINA CLORHIDRATO", "mg", "850")]),
    90000501: ("ESCITALOPRAM", "N06AB10", "ESCITALOPRAM", ("ORAL", "TABLETA RECUBIERTA", "TABLETA RECUBIERTA"), [("ESCITALOPRAM", "mg", "20")]),
    90000101: ("ACETAMINOFÉN", "N02BE01", "PARACETAMOL", TABLET, [("ACETAMINOFEN", "mg", "500")]),
    90000111: ("ACETAMINOFÉN JARABE", "N02BE01", "PARACETAMOL", ("ORAL", "JARABE", "5 ML DE JARABE"), [("ACETAMINOFEN", "mg", "150")]),
    90000201: ("IBUPROFENO", "M01AE01", "IBUPROFENO", TABLET, [("IBUPROFENO", "mg", "400")]),
    90000211: ("IBUPROFENO GEL", "M02AA13", "IBUPROFENO", ("TOPICA (EXTERNA)", "GEL TOPICO", "100 G DE GEL"), [("IBUPROFENO", "g", "5")]),
    90000321: ("LOSARTÁN HCT", "C09DA01", "LOSARTAN Y DIURETICOS", TABLET, [("HIDROCLOROTIAZIDA", "mg", "12.5"), ("LOSARTAN POTASICO", "mg", "50")]),
    90000324: ("LOSARTÁN HCT", "C09DA01", "LOSARTAN Y DIURETICOS", TABLET, [("LOSARTAN POTASICO", "mg", "50"), ("HIDROCLOROTIAZIDA", "mg", "12.5")]),
    90000601: ("DICLOFENACO", "M01AB05", "DICLOFENACO", TABLET, [("DICLOFENACO SODICO", "mg", "50")]),
    90000611: ("DICLOFENACO CREMA", "M02AA15", "DICLOFENACO", ("TOPICA (EXTERNA)", "CREMA TOPICA", "100 G DE CREMA"), [("DICLOFENACO SODICO", "g", "1")]),
}
TABLETS_PER_PACK = [(10, "CAJA POR 10 TABLETAS EN BLISTER"), (30, "CAJA POR 30 TABLETAS EN 3 BLISTER POR 10"), (100, "CAJA POR 100 TABLETAS. USO INSTITUCIONAL")]


def write(path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        for product in [*PRODUCTS, *free_products()]:
            out.writerows(rows(product))


def free_products():
    most = {}
    for first, *_, prices in GROUPS:
        if first in FREE:
            most[first] = max(most.get(first, 0), len(prices.split()))
    for first, count in most.items():
        name, atc, atc_name, (route, form, reference), actives = FREE[first]
        for number in range(count):
            maker = MAKERS[number].upper()
            roles = [(f"LABORATORIOS {maker} S.A.S.", "FABRICANTE")]
            if number % 3 == 1:
                roles.append((f"DISTRIBUIDORA {maker} LTDA.", "ACONDICIONADOR"))
            yield Product(first + number, f"{name} {maker}", f"LABORATORIOS {maker} S.A.S.", atc, atc_name, route, form,
                          actives, reference, packs(form, number), roles)


def packs(form, number):
    if not form.startswith("TABLETA"):
        unit = "ml" if form == "JARABE" else "g"
        return [(60, unit, "CAJA CON UN FRASCO O TUBO POR 60", "Activo", "No"), (120, unit, "CAJA CON UN FRASCO O TUBO POR 120", "Activo", "No")]
    found = [(tablets, "U", text, "Activo", "No") for tablets, text in TABLETS_PER_PACK[: 1 + (number + 2) % 3]]
    if number % 4 == 2:
        found.append((2, "U", "MUESTRA MÉDICA: SOBRE POR 2 TABLETAS", "Activo", "Si"))
    if number % 5 == 3:
        found.append((20, "U", "CAJA POR 20 TABLETAS EN BLISTER", "Inactivo", "No"))
    return found


def rows(product):
    for consecutive, (quantity, unit, text, state, sample) in product.numbered():
        ended = "2019-11-05T00:00:00.000" if state == "Inactivo" else ""
        for ingredient, measure, amount in product.actives:
            for company, role in product.roles:
                yield [product.expediente, product.name, product.holder, product.registration(), "2012-05-04T00:00:00.000", "2032-05-04T00:00:00.000",
                       "Vigente", product.expediente, consecutive, quantity, text, state, "2012-05-04T00:00:00.000", ended, sample, unit,
                       product.atc, product.atc_name, product.route, "A", ingredient, measure, amount, product.reference, product.form,
                       company, role, "FABRICAR Y VENDER" if product.expediente >= 90000000 else "IMPORTAR Y VENDER", ""]
