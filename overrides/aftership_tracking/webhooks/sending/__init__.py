"""How a webhook is written, signed, sent and sent again. The mock, the testing kit and the command share it.

Nothing here receives. It knows no model and no document, and an HTTP library is loaded only by `HttpSender`,
which needs one.
"""

from __future__ import annotations
