-- Statistics of what an import of codes or of the benefit plan fills.
ANALYZE source_file, cum_code, ium_code, benefit_plan_row
