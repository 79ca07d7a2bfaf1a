-- Statistics of the tables that an import fills. $1 the kind of its list, or `medicines`.
SELECT analyze_imported($1)
