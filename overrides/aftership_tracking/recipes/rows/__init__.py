"""Turn trackings into rows.

* `flat_table`    the columns of a model, and the values of one tracking or checkpoint in them
* `shipment_rows` columns for people, the same in every API version
* `flat_rows`     the rows of a tracking, of each kind; public as `columns` and `flatten`
* `typed_rows`    flat rows whose times are times
* `arrow_batches` typed rows as a stream of Arrow
"""

from __future__ import annotations
