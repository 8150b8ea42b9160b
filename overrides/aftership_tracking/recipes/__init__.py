"""What people do with several calls or with many trackings.

* `trackings_resource` the methods that `client.trackings` gets from here: `changes`, `upsert`, `create_many`,
  `upsert_many`, `wait_until`
* `create_or_get`      create or get: `upsert`
* `bulk`               create or update many: `create_many`, `upsert_many`
* `changes`            read what changed since the last time: `changes`
* `wait_until`         wait until a tracking reaches a status: `wait_until`
* `actions`            the calls that these consist of, and the loops that perform them, sync and async
* `tracking_model`     the base of the model of a tracking: `is_final`, `needs_attention`, `last_checkpoint`
* `rows`               a tracking as rows, flat or typed, and as Arrow; `writers` write rows to files
* `atomic_file`        files that appear whole or not at all

Generated classes have two of these classes as bases. Every other module is imported when it is first used.
"""
