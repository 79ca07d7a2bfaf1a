-- Statistics of what an import of a catalogue fills.
ANALYZE source_file, catalogue_row
