//! Small good tables of each kind, as they are published.

use jiff::{ToSpan, civil::date};

use super::reading::{Outcome, Read, read};

pub const SISMED: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado
19914312,20,2020,6,1,VN,1,A,171764,171764,40,6870560
19914312,20,2020,5,2,VN,3,A,32000.5,33052,240,7808400.75
19914312,20,2020,4,2,CM,5,A,35000,35365.64,10,353656.4
";
pub const CEILINGS: &str = "no,id_mr,mercado_relevante,cum,medicamento,cantidad_por_unidad_de_medida,unidad_de_medida,precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional,margen_para_ips,precio_maximo_de_venta_transaccion_primaria_y_secundaria_comercial,precio_maximo_de_venta_transaccion_final_comercial,circular_cnpmdm,fecha_de_inicio_vigencia_precio_maximo_de_venta
1,8,Ambrisentan - Sólido - Oral,20151854-1,BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA,50,mg,\"2,147,666\",\"75,168.31\",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM
2,8,Ambrisentan - Sólido - Oral,20001583-1,VOLIBRIS - Ambrisentan 5mg/1U - Sólido - Oral x 30 - GLAXOSMITHKLINE,150,mg,\"6,442,998.00\",\"225,504.93\",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM
";
pub const CATALOGUE: &str = "expediente,producto,titular,registrosanitario,fechaexpedicion,fechavencimiento,estadoregistro,expedientecum,consecutivocum,cantidadcum,descripcioncomercial,estadocum,fechaactivo,fechainactivo,muestramedica,unidad,atc,descripcionatc,viaadministracion,concentracion,principioactivo,unidadmedida,cantidad,unidadreferencia,formafarmaceutica,nombrerol,tiporol,modalidad,IUM
90009025,LOSARTÁN ANDINA,LABORATORIOS ANDINA S.A.S.,INVIMA 2012M-0000301,2012-05-04T00:00:00.000,2032-05-04T00:00:00.000,Vigente,90009025,1,10,CAJA POR 10 TABLETAS EN BLISTER,Activo,2012-05-04T00:00:00.000,,No,U,C09CA01,LOSARTAN,ORAL,A,LOSARTAN POTASICO,mg,50,TABLETA,TABLETA,LABORATORIOS ANDINA S.A.S.,FABRICANTE,FABRICAR Y VENDER,
";
pub const THERMOMETER: &str = "Expediente_INVIMA,principio_activo,concentracion,unidad_base,unidad_de_dispensacion,nombre_comercial,fabricante,medicamento,canal,precio_por_tableta,factoresprecio,numerofactor
103795,Midazolam,Midazolam 15 mg,ml,Ampolla,Dormicum,Siegfried,Dormicum (Siegfried),Institucional,11199.8,Alto,3
104739,Ácido Valproico,Divalproato Sódico 500 mg,mg,Cápsula,Valcote,Lafrancol,Valcote,Comercial,3752.866667,Medio,2
";
pub const BENEFITS: &str = "\"Id\",\"CodigoATC\",\"PrincipioActivo\",\"RankingBusqueda\",\"Resumen\",\"FormaFarmaceutica\",\"Aclaracion\",\"ITEM\",\"PrincipioActivo_Min\",\"FormaFarmaceutica_Min\",\"CoberturaPlanBeneficiosUPC\",\"CoberturaPlanBeneficiosUPC_Min\"
\"10457\",\"G04BE10\",\"AVANAFIL\",\"630\",\"Todas\",\"Todas\",\"Sin dato\",\"100\",\"avanafil\",\"todas\",\"Financiado con recursos de la Unidad de Pago por Capitación (UPC)\",\"financiado\"
\"10458\",\"L01XC31 / L01XC32\",\"AVELUMAB\",\"1540\",\"Todas\",\"Todas\",\"Se prescribe vía: MIPRES\",\"101\",\"avelumab\",\"todas\",\"No Financiado con recursos de la Unidad de Pago por Capitación (MIPRES)\",\"no financiado\"
";
pub const QUERY: &str = "fechacorte,rolactordesc,tiporeportepreciodesc,transaccionsismeddesc,codigoium,nombreium,expedientecum,consecutivo,descripcioncomercial,formafarmaceutica,atc,descripcion_atc,via_administracion,tipoentidaddesc,unidadfacturadesc,valorminimo,valormaximo,valorpromedio,unidades,valortotal
2019/06/30,ELABORA O IMPORTA EL MEDICAMENTO,VENTA,TRANSACCION PRIMARIA INSTITUCIONAL,,,19914312,20,CAJA POR 1 LAPICERO DE 3 ML,SOLUCION INYECTABLE,A10AE04,INSULINA GLARGINA,SUBCUTANEA,LABORATORIO,PRESENTACION COMERCIAL,32000,33000,32500,10,325000
";
/// The columns are those of the portal's interface (sdmr-tfmf), which drops accented letters.
pub const VITALS: &str = "fecha_de_autorizaci_n,tipo_de_solicitud,solicitante_importador,ium,principio_activo1,concentraci_n_delmedicamento1,unidad_medida1,principio_activo2,concentraci_n_del_medicamento2,unidad_medida2,forma_farmac_utica,nombre_comercial_,cantidad_solicitada,presentaci_n_comercial,diagnostico_cie_1no_reporta,c_digo_diagnostico_cie_10
2026-03-19T05:00:00.000,MÁS DE UN PACIENTE,IMPORTADORA UNO S.A.S.,1N1025871011100,NOREPINEFRINA,1,mg/mL,NO APLICA,NO APLICA,NO APLICA,SOLUCIÓN INYECTABLE,NO REPORTADO,15.0,CAJAS X 5 AMPOLLAS X 4 mL,CHOQUE CARDIOGENICO,R570
2026-03-16T05:00:00.000,PACIENTE ESPECIFICO,IMPORTADORA DOS S.A.S.,2E1025261003100,LIDOCAÍNA CLORHIDRATO,20,mg/mL,EPINEFRINA,5,µg/ml,SOLUCIÓN INYECTABLE,ANESTEX,9.84,CAJA X UN VIAL DE 50ml,NO REPORTADO,NO REPORTADO
2026-03-12T05:00:00.000,URGENCIA CLÍNICA,IMPORTADORA UNO S.A.S.,2E1063641000102,ELEXACAFTOR / TEZACAFTOR / IVACAFTOR,200/100/300,mg,NO APLICA,NO APLICA,NO APLICA,TABLETA,TRIKAFTA,6.0,CAJAS X 28 DOSIS,FIBROSIS QUISTICA,E840
";
/// mcec-87by: the second is a weekend.
pub const RATES: &str = "valor,unidad,vigenciadesde,vigenciahasta
3635.12,COP,2026-04-17T00:00:00.000,2026-04-17T00:00:00.000
3637.5,COP,2026-04-18T00:00:00.000,2026-04-20T00:00:00.000
\"3,702.08\",COP,2026-04-21T00:00:00.000,2026-04-21T00:00:00.000
";

/// So many authorisations of one ingredient, a day each.
pub fn vitals(rows: u32) -> String {
    let row = VITALS.lines().nth(1).unwrap();
    let row = |at: u32| {
        let day = date(2025, 1, 1).checked_add(i64::from(at).days()).unwrap();
        row.replace("2026-03-19", &day.to_string()).replace("1N1025871011100", &format!("1N102587{at:07}")) + "\n"
    };
    header(VITALS) + &(0..rows).map(row).collect::<String>()
}

/// So many rates; every third holds for one day, every third for two, every third for three.
pub fn rates(rows: u32, rate: impl Fn(u32) -> String) -> String {
    let row = |at: u32| {
        let first = date(2025, 1, 1).checked_add(i64::from(3 * at).days()).unwrap();
        let last = first.checked_add(i64::from(at % 3).days()).unwrap();
        format!("{},COP,{first}T00:00:00.000,{last}T00:00:00.000\n", rate(at))
    };
    header(RATES) + &(0..rows).map(row).collect::<String>()
}
pub const ACTORS: &str = "nit,nombre,vende_como,etapa,canal_de_compra,primer_dia,ultimo_dia,fuente
899999063-3,HOSPITAL DE EJEMPLO,ips,final,institucional,2019-01-01,,Registro de prestadores (consulta del 2026-11-01)
860002964,DISTRIBUIDORA DE EJEMPLO,otro,secundaria,,2019-01-01,2023-12-31,Contrato 12 de 2019
";
pub const CONVENTIONS: &str = "precio_por,nit_vendedor,clase_de_documento,primer_dia,ultimo_dia,fuente
presentación,860002964-4,factura,2019-01-01,2023-12-31,Contrato 12 de 2019
unidad de dispensación,,rips,2023-01-01,,Resolución 2275 de 2023
";

/// Of the State's virtual store.
pub const PURCHASES: &str = "orden_de_compra,fecha,entidad,nit_entidad,provedor,nit_proveedor,item,price,qty,unidad_de_medida,line_total,cdp
88001,2024-09-03T00:00:00.000,HOSPITAL DE EJEMPLO,899999063,DISTRIBUIDORA DE EJEMPLO,860002964,LOSARTAN 50 MG TABLETA,120.5,1000,TABLETA,120500,4501
88001,2024-09-03T00:00:00.000,HOSPITAL DE EJEMPLO,899999063,NOMBRE DE UNA PERSONA,51789456,SERVICIO DE ASEO,900000,1,No Definido,900000,4501
88002,2024-09-10T00:00:00.000,HOSPITAL DE EJEMPLO,8999990633,DISTRIBUIDORA DE EJEMPLO,860002964,LOSARTAN 50 MG TABLETA,120.5,-20,TABLETA,-2410,4502
88003,2024-09-12T00:00:00.000,HOSPITAL DE EJEMPLO,899999063,DISTRIBUIDORA DE EJEMPLO,860002964,LOSARTAN 50 MG TABLETA,120.5,10,CAJA,99999,4503
";
pub const PURCHASE_ORDERS: &str = "a_o,identificador_de_la_orden,entidad,nit_entidad,solicitante,fecha,proveedor,nit_proveedor,estado,items,total,agregacion,ciudad
2024,88001,HOSPITAL DE EJEMPLO,899999063,Una Persona,2024-09-03T00:00:00.000,DISTRIBUIDORA DE EJEMPLO,860002964,Emitida,2,1020500,Medicamentos II,Tunja
2024,88002,HOSPITAL DE EJEMPLO,899999063,Una Persona,2024-09-10T00:00:00.000,DISTRIBUIDORA DE EJEMPLO,860002964,Cancelada,1,2410,Medicamentos II,Tunja
2024,88003,HOSPITAL DE EJEMPLO,899999063,Una Persona,2024-09-12T00:00:00.000,DISTRIBUIDORA DE EJEMPLO,860002964,Cerrada,1,99999,No Definido,Tunja
";
/// Of SECOP II, with a column that is not read.
pub const CONTRACTS: &str = "nombre_entidad,nit_entidad,departamento,proceso_de_compra,id_contrato,estado_contrato,codigo_de_categoria_principal,objeto_del_contrato,fecha_de_firma,documento_proveedor,proveedor_adjudicado,valor_del_contrato,dias_adicionados
HOSPITAL DE EJEMPLO,899999063,Boyacá,CO1.BDOS.1,CO1.PCCNTR.1,En ejecución,V1.51101500,SUMINISTRO DE MEDICAMENTOS,2024-05-15T00:00:00.000,860002964,DISTRIBUIDORA DE EJEMPLO,120000000,30
HOSPITAL DE EJEMPLO,899999063,Boyacá,CO1.BDOS.2,CO1.PCCNTR.2,Borrador,V1.80111600,PRESTAR SERVICIOS,,1020304050,NOMBRE DE UNA PERSONA,9000000,0
";
pub const ADDITIONS: &str = "identificador,id_contrato,tipo,descripcion,fecharegistro
CO1.CTRMOD.1,CO1.PCCNTR.1,MODIFICACION GENERAL,Se adiciona por valor de $15.693.000,2024-08-01T00:00:00.000
CO1.CTRMOD.1,CO1.PCCNTR.1,MODIFICACION GENERAL,Se aclara la cláusula cuarta,2024-08-01T00:00:00.000
CO1.CTRMOD.2,CO1.PCCNTR.1,ADICION EN EL VALOR,Adición,2024-08-09T00:00:00.000
CO1.CTRMOD.3,CO1.PCCNTR.1,SUSPENSION,,2024-09-01T00:00:00.000
CO1.CTRMOD.4,CO1.PCCNTR.2,No definido,,
";

/// The first line of a table.
pub fn header(table: &str) -> String {
    table.split_inclusive('\n').take(1).collect()
}

/// Reads what must be good throughout.
pub fn good<T: std::fmt::Debug>(reader: Read<T>, name: &str, bytes: &[u8]) -> Outcome<T> {
    let outcome = read(reader, name, bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(outcome.quarantined.is_empty() && outcome.refused.is_empty(), "{name}: {:?} {:?}", outcome.faults(), outcome.refused);
    outcome
}
