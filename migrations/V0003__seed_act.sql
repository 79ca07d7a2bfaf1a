-- The acts known when the service began. Sources are public; [S] marks a secondary source, hence confirmed = false.
INSERT INTO act (id, title, issued_on, published_in, in_force_from, subject_es, subject_en, source, confirmed) VALUES
('circular-04-2006', 'Circular 04 de 2006', '2006-09-01', 'Diario Oficial 46384', NULL, 'Crea el SISMED.', 'Creates SISMED, the medicine price information system.', 'icbf.gov.co (compilación)', true),
('circular-03-2013', 'Circular 03 de 2013', NULL, NULL, NULL, 'Metodología de referenciación internacional.', 'International price reference method.', 'olartemoure.com/control-of-medicine-prices', true),
('circular-06-2013', 'Circular 06 de 2013', NULL, NULL, '2013-10-03', 'Precio máximo de Kaletra, también en la venta al consumidor.', 'Ceiling of Kaletra, also for the sale to the consumer.', 'MinSalud, base de precios 2021-09-03; SIC, piloto Guardian', true),
('circular-04-2016', 'Circular 04 de 2016', NULL, NULL, '2017-01-22', 'Precio máximo de Glivec por razones de interés público.', 'Ceiling of Glivec for reasons of public interest.', 'MinSalud, base de precios 2021-09-03', true),
('circular-03-2017', 'Circular 03 de 2017', NULL, NULL, NULL, 'Precios máximos.', 'Ceilings.', 'normograma.invima.gov.co', true),
('circular-04-2018', 'Circular 04 de 2018', '2018-02-28', 'Diario Oficial 50522', NULL, 'Precios máximos; aclara las combinaciones.', 'Ceilings; clarifies combinations.', 'normograma.invima.gov.co circular_cnpmd_0004_2018', true),
('circular-06-2018', 'Circular 06 de 2018', '2018-08-06', 'Diario Oficial 50677', '2020-01-01', 'Nuevo anexo técnico del SISMED.', 'New technical annex of SISMED.', 'normograma.invima.gov.co', true),
('circular-07-2018', 'Circular 07 de 2018', '2018-08-06', NULL, '2019-01-01', 'Precios máximos de 902 presentaciones.', 'Ceilings of 902 presentations.', 'normograma.invima.gov.co', true),
('circular-10-2020', 'Circular 10 de 2020', '2020-01-27', 'Diario Oficial 51209', '2020-03-28', 'Unifica el listado de precios máximos y lo actualiza por IPC.', 'Unifies the list of ceilings and updates it by the consumer price index.', 'normas.cra.gov.co; MinSalud, base de precios 2021-09-03', true),
('circular-11-2020', 'Circular 11 de 2020', NULL, NULL, '2020-04-01', 'Modifica la Circular 10 de 2020.', 'Amends Circular 10 of 2020.', 'MinSalud, base de precios 2021-09-03', true),
('circular-12-2021', 'Circular 12 de 2021', NULL, NULL, NULL, 'Precios máximos y precio unitario de vitales no disponibles.', 'Ceilings, and unit prices of vital medicines not available.', 'normograma.invima.gov.co', true),
('circular-13-2022', 'Circular 13 de 2022', NULL, NULL, NULL, 'Precios máximos.', 'Ceilings.', 'encabezado de la Circular 19 de 2024', true),
('circular-17-2023', 'Circular 17 de 2023', '2023-12-12', 'Diario Oficial 52607', '2024-02-01', 'Cambia período y plazo del reporte al SISMED.', 'Changes period and deadline of SISMED reports.', 'normograma.invima.gov.co circular_cnpmd_0017_2023', true),
('circular-18-2024', 'Circular 18 de 2024', '2024-03-13', 'Diario Oficial 52697', NULL, 'Nueva metodología de control directo.', 'New method of direct control.', 'normograma.invima.gov.co circular_cnpmd_0018_2024', true),
('circular-19-2024', 'Circular 19 de 2024', '2024-05-30', 'Diario Oficial 52773', '2024-07-31', 'Precios máximos.', 'Ceilings.', 'normograma.invima.gov.co circular_cnpmd_0019_2024; datos.gov.co nauz-qkjw', true),
('circular-20-2026', 'Circular 020 de 2026', '2026-01-13', NULL, NULL, 'Corrige el estándar de nombre de archivo del Anexo 1 de la Circular 06 de 2018; no es un acto de precios.', 'Fixes the file-name standard of Annex 1 of Circular 06 of 2018; not a price act.', 'sisjur i=193012 (fuente secundaria)', false),
('circular-21-2026', 'Circular 021 de 2026', '2026-06-09', 'Diario Oficial 53517', NULL, 'Reforma del SISMED: CUFE por registro.', 'Reform of SISMED: e-invoice code per record.', 'sisjur i=193381 (fuente secundaria)', false),
('circular-22-2026', 'Circular 22 de 2026', NULL, NULL, NULL, 'Precios máximos; 33 mercados nuevos y ajuste por tasa de cambio. Fecha sin confirmar.', 'Ceilings; 33 new markets and an exchange-rate adjustment. Date not confirmed.', 'consultorsalud.com (fuente secundaria)', false);

UPDATE act SET repealed_by = 'circular-18-2024' WHERE id = 'circular-03-2013';
UPDATE act SET repealed_by = 'circular-07-2018' WHERE id = 'circular-04-2018';
UPDATE act SET repealed_by = 'circular-10-2020' WHERE id = 'circular-07-2018';
UPDATE act SET repealed_by = 'circular-12-2021' WHERE id = 'circular-10-2020';
UPDATE act SET repealed_by = 'circular-19-2024' WHERE id = 'circular-13-2022';
UPDATE act SET repealed_by = 'circular-21-2026' WHERE id IN ('circular-06-2018', 'circular-17-2023');

INSERT INTO workbook_binding (act_id, column_code, citation) VALUES
(NULL, 'institutional', 'Hoja PMV_CUM: precios máximos de venta en el punto mayorista'),
(NULL, 'commercial_wholesale', 'Hoja PMV_CUM: punto mayorista, sin distinción de canal (respuesta de la Comisión, 2020-01-21)'),
('circular-06-2013', 'institutional', 'Circular 06 de 2013; SIC, piloto Guardian: Kaletra también al consumidor'),
('circular-06-2013', 'commercial_wholesale', 'Circular 06 de 2013; SIC, piloto Guardian: Kaletra también al consumidor'),
('circular-06-2013', 'commercial_final', 'Hoja PMV_CUM: en el caso de Kaletra el precio es el máximo de venta al consumidor');

INSERT INTO margin_rule (valid_from, above, up_to, percent, citation, confirmed) VALUES
('2013-01-01', 0, 1000000, 7, 'Listado MinSalud 2021-09-03: 2.147 filas; el límite exacto de 1.000.000 está sin confirmar y se aplica a favor del vendedor', false),
('2013-01-01', 1000000, NULL, 3.5, 'Listado MinSalud 2021-09-03: 345 filas, sobre el precio completo', false);
