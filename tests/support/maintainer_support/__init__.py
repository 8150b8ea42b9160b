"""What the maintainer's tests share: projects to work in, and pages whose code is run."""
