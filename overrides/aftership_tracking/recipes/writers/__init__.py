"""Write trackings to files. Each writer streams, and its file appears whole or not at all.

* `ndjson`  one JSON object on each line
* `parquet` columns; needs the extra `parquet`
* `writer`  the base of both: the file, the count, the end
"""

from __future__ import annotations
