# Tagshot in a container, built and run with the compose.yaml beside it: docker compose up -d --build
# Debian's own Chromium and fonts; Tagshot itself from this folder, with the versions and hashes of requirements.lock.

FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir --disable-pip-version-check uv
WORKDIR /build
# Named one by one, so that neither .env nor the data folder can get into the image.
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY bot bot
COPY storage storage
RUN python -m venv --without-pip /opt/tagshot \
    && uv pip install --no-cache --python /opt/tagshot/bin/python --constraints requirements.lock .

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        chromium-headless-shell fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home tagshot \
    && install -d -m 0700 -o tagshot -g tagshot /data
COPY --from=build /opt/tagshot /opt/tagshot
ENV PATH=/opt/tagshot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    HEALTH_ADDRESS=127.0.0.1:9090
USER tagshot
WORKDIR /home/tagshot
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-c", \
    "import urllib.request as ask; ask.build_opener(ask.ProxyHandler({})).open('http://127.0.0.1:9090/healthz', timeout=8)"]
# tini takes in the processes that a browser leaves behind, and hands signals on.
ENTRYPOINT ["tini", "--", "tagshot"]
CMD ["run"]
