"""How a webhook is written, signed, sent and sent again. The mock, the testing kit and the command share it.

Nothing here receives. It knows no model and no document. Only `HttpSender` loads an HTTP library.
"""

from __future__ import annotations
