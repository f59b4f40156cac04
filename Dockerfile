# Build with another base by --build-arg PYTHON_IMAGE=…; it needs Python 3.11 or newer with venv.
ARG PYTHON_IMAGE=docker.io/library/python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
WORKDIR /src
RUN python3 -m venv /opt/build && python3 -m venv /opt/smezhnik
COPY requirements.lock requirements-build.lock ./
RUN /opt/build/bin/pip install --require-hashes -r requirements-build.lock \
    && /opt/smezhnik/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY alembic alembic
COPY app app
RUN /opt/build/bin/hatchling build -t wheel -d /wheels \
    && /opt/smezhnik/bin/pip install --no-deps --no-index /wheels/*.whl

FROM ${PYTHON_IMAGE}
ENV PATH=/opt/smezhnik/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NUMBA_CACHE_DIR=/tmp/numba \
    SMEZHNIK_HOST=0.0.0.0 \
    SMEZHNIK_DATABASE_URL=sqlite:////data/smezhnik.db
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin smezhnik \
    && mkdir /data && chown smezhnik /data
COPY --from=build /opt/smezhnik /opt/smezhnik
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["smezhnik", "health"]
CMD ["smezhnik", "serve"]
