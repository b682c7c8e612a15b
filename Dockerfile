# One image for web, live, worker, beat and the one-shot `prepare`; which of them it is, the command says.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
RUN /venv/bin/pip install --no-deps --require-hashes -r /tmp/requirements.txt
COPY locale /locale
RUN /venv/bin/pybabel --quiet compile -D django -d /locale

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app:/app/platform \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    PORTLANE_DATA_DIR=/data
RUN groupadd --gid 10001 portlane \
    && useradd --uid 10001 --gid portlane --no-create-home --home-dir /app --shell /usr/sbin/nologin portlane \
    && install -d -o portlane -g portlane /data /data/static /data/media
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY platform platform
COPY yards yards
COPY reservations reservations
COPY notifications notifications
COPY scripts/healthy.py scripts/healthy.py
COPY --from=build /locale locale
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000"]
