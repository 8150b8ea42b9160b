"""Decode ratio of the official SDK. Runs in the peers' own environment: python official_sdk.py < page"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from timing import mebibytes, seconds_by_turns  # type: ignore[import-not-found]  # by path: no package here
from tracking.models import GetTrackingsResponse  # type: ignore[import-not-found]  # only in the peers' environment


def main() -> None:
    body = sys.stdin.buffer.read()

    def decode() -> object:
        # What its client does: read the JSON, then build the model from data.
        return GetTrackingsResponse.from_dict({"response_header": {}, "data": json.loads(body)["data"]})

    seconds = seconds_by_turns({"json.loads": lambda: json.loads(body), "official SDK": decode}, rounds=15)
    print(
        json.dumps({"ratio": seconds["official SDK"] / seconds["json.loads"], "mebibytes": mebibytes(decode)})
    )


if __name__ == "__main__":
    main()
