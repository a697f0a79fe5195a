# Daymark in a container: docs/containers.md. Any Debian with Python 3.11 or newer serves as BASE.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS python
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

FROM python AS build
RUN apt-get update && apt-get install --yes --no-install-recommends python3-venv
WORKDIR /opt/daymark
COPY requirements.txt ./
RUN python3 -m venv .venv && .venv/bin/pip install --no-cache-dir --requirement requirements.txt
COPY . .
RUN bin/install requirements.txt \
    && python3 -m compileall -q app config.py wsgi.py \
    && find app/static -regex '.*\.\(css\|js\|svg\)' -exec gzip --keep --force --best {} + \
    && .venv/bin/pip uninstall --quiet --yes setuptools pip

FROM python
# Everything that is kept is in /data: the database, unless it is elsewhere, and the key. /run/daymark is for a proxy's socket.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin daymark \
    && install -d -o daymark -g daymark -m 700 /data \
    && install -d -o daymark -g daymark -m 755 /run/daymark
COPY --from=build /opt/daymark /opt/daymark
WORKDIR /opt/daymark
ENV INSTANCE=/data ENV_FILE=/data/.env HOST=0.0.0.0 PORT=8000 PYTHONDONTWRITEBYTECODE=1
# By number, which Kubernetes wants in order to see that it is not root.
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=30s --start-period=60s CMD ["bin/healthy"]
CMD ["bin/run"]
