"""Write trackings to files. Each writer streams, and its file appears whole or not at all.

* `ndjson`      one JSON object on each line
* `csv_writer`  cells with commas between
* `parquet`     columns; needs the extra `parquet`
* `spreadsheet` a workbook; needs the extra `xlsx`
* `choose`      the writer for a name of a file
* `writer`      the base of all: the file, the count, the end; `compressed` adds `.gz`
* `formula_cells` what a spreadsheet must not run
"""

from __future__ import annotations
