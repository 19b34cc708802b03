# The product's image; docker-compose.yml says which process each container runs.

# Builds the static files; its tools and the keys Django makes for itself here are thrown away.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt
COPY package.json package-lock.json .npmrc manage.py ./
COPY smartplus_admin smartplus_admin
COPY campaigns campaigns
COPY templates templates
COPY static static
RUN python -m smartplus_admin.assets \
 && STATIC_ROOT=/build/staticfiles SMARTPLUS_HOME=/tmp/home python manage.py collectstatic --no-input

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 STATIC_ROOT=/app/staticfiles SMARTPLUS_HOME=/var/lib/smartplus
RUN useradd --system --uid 10001 --home-dir /var/lib/smartplus --create-home smartplus
WORKDIR /app
COPY requirements-prod.txt ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements-prod.txt
COPY manage.py ./
COPY smartplus_admin smartplus_admin
COPY campaigns campaigns
COPY templates templates
COPY static static
COPY --from=build /build/staticfiles staticfiles
RUN python -m compileall -q .
USER smartplus
VOLUME /var/lib/smartplus
EXPOSE 8000
CMD ["gunicorn", "smartplus_admin.wsgi:application", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--threads=8", "--no-control-socket"]
