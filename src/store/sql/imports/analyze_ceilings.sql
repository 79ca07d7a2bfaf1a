-- Statistics of what an import of a list of ceilings fills.
ANALYZE source_file, act, ceiling, market_price
