"""Writers of files with trackings. Each streams, and its file is there whole or not at all.

* `ndjson`  one JSON object on each line
* `parquet` columns, for the extra `parquet`
* `target`  what both share: the file, the count, the end
"""

from __future__ import annotations
