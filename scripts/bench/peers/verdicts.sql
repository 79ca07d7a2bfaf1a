-- What DuckDB is asked in goal W7: reports read into decimals, joined with the ceiling of their product, judged, and stored.
SET threads = 2;
CREATE TABLE ceiling AS
SELECT CAST(split_part(cum, '-', 1) AS INTEGER) AS expediente, CAST(split_part(cum, '-', 2) AS INTEGER) AS consecutive,
    max(TRY_CAST(replace(precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional, ',', '') AS DECIMAL(18, 2))) AS institutional,
    max(TRY_CAST(replace(precio_maximo_de_venta_transaccion_primaria_y_secundaria_comercial, ',', '') AS DECIMAL(18, 2))) AS commercial
FROM read_csv(getvariable('ceilings'), header = true, all_varchar = true)
GROUP BY ALL;
CREATE TABLE judged AS
SELECT r.*, CASE
    WHEN r.least IS NULL OR r.most IS NULL OR r.units IS NULL OR r.total IS NULL THEN 'unreadable'
    WHEN c.expediente IS NULL THEN 'not listed'
    WHEN r.unit <> 'A' THEN 'not a whole pack'
    WHEN r.ceiling_of IS NULL THEN 'no ceiling'
    WHEN r.most > r.ceiling_of OR r.total > CAST(r.ceiling_of AS DECIMAL(38, 4)) * r.units THEN 'above'
    ELSE 'within' END AS verdict
FROM (
    SELECT s.*, CASE WHEN s.transaction IN (1, 2, 3) THEN k.institutional ELSE k.commercial END AS ceiling_of
    FROM (
        SELECT TRY_CAST(NoExpediente AS INTEGER) AS expediente, TRY_CAST(PresentacionComercial AS INTEGER) AS consecutive,
            TRY_CAST(AnnioCorte AS SMALLINT) AS year, TRY_CAST(MesFactura AS SMALLINT) AS month, TRY_CAST(CodRolActorReportante AS SMALLINT) AS role,
            CodTipoOperacion AS operation, TRY_CAST(CodTipoTransaccion AS SMALLINT) AS transaction, CodUnidadFactura AS unit,
            TRY_CAST(ValorMinimo AS DECIMAL(18, 4)) AS least, TRY_CAST(ValorMaximo AS DECIMAL(18, 4)) AS most,
            TRY_CAST(TotalUnidadesFacturadas AS DECIMAL(18, 4)) AS units, TRY_CAST(ValorTotalFacturado AS DECIMAL(18, 4)) AS total
        FROM read_csv(getvariable('reports'), header = true, all_varchar = true)
    ) s
    LEFT JOIN ceiling k ON k.expediente = s.expediente AND k.consecutive = s.consecutive
) r
LEFT JOIN ceiling c ON c.expediente = r.expediente AND c.consecutive = r.consecutive;
SELECT verdict, count(*) AS reports FROM judged GROUP BY verdict ORDER BY verdict;
