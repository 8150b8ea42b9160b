"""`keyring`, with `cli`: a key goes into a keyring, one in memory: where tests run there is no other."""

import contextlib
import io
import sys

from aftership_tracking.cli import main

stored = []
with contextlib.suppress(ImportError):
    import keyring
    from keyring.backend import KeyringBackend

    class Memory(KeyringBackend):
        """A keyring that ends with the process."""

        priority = 1

        def set_password(self, service, username, password):
            stored.append(password)

        def get_password(self, service, username):
            return None

    keyring.set_keyring(Memory())

sys.stdin = io.StringIO("a-secret-key\n")
try:
    main(["config", "set", "api_key", "--keyring"])
except SystemExit as end:
    if end.code:
        raise
assert stored == ["a-secret-key"]
print("done")
