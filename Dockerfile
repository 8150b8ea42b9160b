# The mock of the AfterShip Tracking API, and `aftership webhook listen`. docs/mock-anywhere.md says how to use it.
# Building needs the package index and nothing else.
FROM python:3.13.5-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py constraints.txt README.md LICENSE ./
COPY generator ./generator
COPY overrides ./overrides
COPY generated ./generated
RUN python3 -m venv /opt/aftership
RUN /opt/aftership/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
      --constraint constraints.txt '.[cli,mock]'

FROM python:3.13.5-slim-bookworm
COPY --from=build /opt/aftership /opt/aftership
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Nobody: it owns nothing, and writes nothing.
USER 10001:10001
EXPOSE 4010
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
  CMD ["/opt/aftership/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:4010/_mock/health')"]
ENTRYPOINT ["/opt/aftership/bin/aftership"]
# Others can reach this address, so it starts only with a token for /_mock/: set AFTERSHIP_MOCK_TOKEN.
CMD ["mock", "--host", "0.0.0.0", "--port", "4010", "--allow-host", "mock"]
