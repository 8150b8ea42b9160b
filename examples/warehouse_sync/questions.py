"""What people want to know, in SQL."""

from pathlib import Path

import duckdb

QUESTIONS = {
    "Parcels by status": """
        SELECT status, count(*) AS parcels FROM parcels GROUP BY status ORDER BY parcels DESC, status
    """,
    "Late parcels by courier": """
        SELECT courier,
               count(*) FILTER (coalesce(delivered_day, current_date) > estimated_day) AS late,
               count(*) AS parcels
        FROM parcels WHERE estimated_day IS NOT NULL GROUP BY courier ORDER BY late DESC, courier
    """,
    "Days in transit": """
        SELECT courier, count(*) AS delivered,
               round(avg(delivered_day - picked_up_day), 1) AS mean,
               max(delivered_day - picked_up_day) AS longest
        FROM parcels WHERE delivered_day IS NOT NULL AND picked_up_day IS NOT NULL
        GROUP BY courier ORDER BY courier
    """,
    "How couriers write the time of delivery": """
        SELECT CASE WHEN delivered_at IS NOT NULL THEN 'an instant'
                    WHEN delivered_local IS NOT NULL THEN 'a time without a zone' ELSE 'a day' END AS kind,
               count(*) AS parcels, max(delivered_as_sent) AS example
        FROM parcels WHERE delivered_as_sent IS NOT NULL GROUP BY kind ORDER BY parcels DESC, kind
    """,
}


def print_results(database: Path) -> None:
    with duckdb.connect(database, read_only=True) as warehouse:
        for question, query in QUESTIONS.items():
            print(f"\n{question}\n{warehouse.sql(query)}", flush=True)
