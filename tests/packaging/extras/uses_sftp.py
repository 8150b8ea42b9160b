"""`sftp`, with `cli`: a file is fetched from a server in this process. Without the extra there is no server
either, and the command fails before it looks for one."""

import asyncio
import os
import sys
from pathlib import Path

AFTERSHIP = str(Path(sys.executable).with_name("aftership"))


async def fetch(port: int) -> None:
    process = await asyncio.create_subprocess_exec(
        AFTERSHIP, "csv", "fetch", f"sftp://127.0.0.1:{port}/shipments.csv", "--known-hosts", "known_hosts",
        env={**os.environ, "AFTERSHIP_CSV_USER": "feed", "AFTERSHIP_CSV_PASSWORD": "a-password"},
    )  # fmt: skip
    if await process.wait():
        sys.exit(process.returncode)


async def main() -> None:
    try:
        import asyncssh
    except ImportError:
        Path("known_hosts").touch()
        return await fetch(22)

    class Users(asyncssh.SSHServer):
        """Knows one user."""

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("feed", "a-password")

    folder = Path("served")
    folder.mkdir()
    (folder / "shipments.csv").write_text("tracking_number\nPARCEL0001\n", "utf-8")
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(
        Users, "127.0.0.1", 0, server_host_keys=[key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
    )  # fmt: skip
    Path("known_hosts").write_text(
        f"[127.0.0.1]:{server.get_port()} {key.export_public_key().decode()}", "utf-8"
    )
    await fetch(server.get_port())
    server.close()
    return None


asyncio.run(main())
assert Path("shipments.csv").read_text("utf-8").endswith("PARCEL0001\n")
print("done")
