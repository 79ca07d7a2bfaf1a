"""The later open-data list of ceilings (nauz-qkjw): three columns of stages, US numbers, everything quoted."""

import csv

HEADER = (
    "no,id_mr,mercado_relevante,cum,medicamento,cantidad_por_unidad_de_medida,unidad_de_medida,"
    "precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional,margen_para_ips,"
    "precio_maximo_de_venta_transaccion_primaria_y_secundaria_comercial,"
    "precio_maximo_de_venta_transaccion_final_comercial,circular_cnpmdm,"
    "fecha_de_inicio_vigencia_precio_maximo_de_venta"
).split(",")
FREE_WHOLESALE, FREE_COUNTER = "No Regulado", "No regulado"

_AMBRISENTAN = "Ambrisentan - Sólido - Oral"
_GLARGINE = "Insulina Glargina - Líquido/Sólido - Inyectable"
_DABIGATRAN = "Dabigatran Etexilato - Sólido - Oral"
_PEN = "LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x {} - SANOFI AVENTIS"
_CAPSULE = "PRADAXA - Dabigatran Etexilato 75mg/1U - Sólido - Oral x {} - BOEHRINGER"

# Market id, market, CUM, medicine, content, unit, institutional, margin, commercial wholesale, commercial counter.
# The first row is public; the other amounts are invented (margin 7 % or 3.5 % of the whole, to cents).
ROWS = [
    ("8", _AMBRISENTAN, "20151854-1", "BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA", "50", "mg", "2,147,666", "75,168.31", FREE_WHOLESALE, FREE_COUNTER),
    ("8", _AMBRISENTAN, "20001583-1", "VOLIBRIS - Ambrisentan 5mg/1U - Sólido - Oral x 30 - GLAXOSMITHKLINE", "150", "mg", "6,442,998.00", "225,504.93", FREE_WHOLESALE, FREE_COUNTER),
    ("96", _GLARGINE, "19914312-2", _PEN.format(1), "300", "UI", "40,210.00", "2,814.70", "40,210.00", FREE_COUNTER),
    ("96", _GLARGINE, "19914312-20", _PEN.format(1), "300", "UI", "40,210.00", "2,814.70", "40,210.00", FREE_COUNTER),
    ("96", _GLARGINE, "19914312-21", _PEN.format(5), "1500", "UI", "201,050.00", "14,073.50", "201,050.00", FREE_COUNTER),
    ("96", _GLARGINE, "19914312-8", _PEN.format(10), "3000", "UI", "402,100.00", "28,147.00", "402,100.00", FREE_COUNTER),
    ("78", _DABIGATRAN, "19993896-1", _CAPSULE.format(10), "750", "mg", "27,345.00", "1,914.15", FREE_WHOLESALE, FREE_COUNTER),
    ("78", _DABIGATRAN, "19993896-2", _CAPSULE.format(30), "2250", "mg", "82,035.00", "5,742.45", FREE_WHOLESALE, FREE_COUNTER),
    ("418", "Trimetazidina - Sólido - Oral de liberación modificada", "19942431-7",
     "VASTAREL MR - Trimetazidina 35mg/1U - Sólido - Oral de liberación modificada x 30 - LES LABORATOIRES SERVIER", "1050", "mg", "31,920.00", "2,234.40", "31,920.00", FREE_COUNTER),
    ("1001", "Lopinavir y Ritonavir - Sólido - Oral", "19967068-1", "KALETRA - Lopinavir 200 mg + Ritonavir 50 mg - Sólido - Oral x 120 - ABBOTT  / ABBVIE",
     "24000", "mg", "108,048.00", "0.00", "108,048.00", "108,048.00"),
    ("91", "Imatinib - Sólido - Oral", "19939438-1", "GLIVEC - Imatinib 400 mg - Sólido - Oral x 30 - NOVARTIS", "12000", "mg", "2,600,000.00", "0.00", FREE_WHOLESALE, FREE_COUNTER),
    ("475", "Latanoprost - Líquido - Oftálmica", "213704-1", "XALATAN - Latanoprost 0,125mg/2,5ml (0,05mg/1ml) - Líquido - Oftálmica x 1 - PFIZER",
     "0.125", "mg", "19,730.50", "1,381.14", "19,730.50", FREE_COUNTER),
]


def write(path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(HEADER)
        for number, row in enumerate(ROWS, 1):
            out.writerow([number, *row, "Circular 19 de 2024", "2024 Jul 31 12:00:00 AM"])
