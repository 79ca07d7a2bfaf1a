-- Statistics of what an import of a thermometer fills.
ANALYZE source_file, thermometer_price
