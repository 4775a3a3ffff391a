# One image: it migrates its database, then serves and sends.
#
#   docker build -t milepost .
#   docker run --rm -p 8000:8000 -v milepost:/data --read-only --tmpfs /tmp milepost

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements-bootstrap.lock requirements-runtime.lock ./
RUN python -m venv /tools \
 && /tools/bin/python -m pip install --require-hashes -r requirements-bootstrap.lock \
 && /tools/bin/uv venv --python /usr/local/bin/python /opt/milepost \
 && /tools/bin/uv pip install --python /opt/milepost/bin/python --compile-bytecode \
      --require-hashes -r requirements-runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY alembic alembic
COPY notifiers notifiers
COPY service service
RUN /tools/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /tools/bin/uv pip install --python /opt/milepost/bin/python --compile-bytecode --no-deps /dist/*.whl

FROM python:3.13-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin milepost \
 && install -d -o milepost -g milepost /data
COPY --from=build /opt/milepost /opt/milepost
ENV PATH=/opt/milepost/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MILEPOST_HOST=0.0.0.0 \
    MILEPOST_PORT=8000 \
    MILEPOST_DATABASE_URL=sqlite:////data/milepost.db \
    MILEPOST_LOG_JSON=true
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"MILEPOST_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["milepost"]
CMD ["serve"]
