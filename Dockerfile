# One image for every process; the command chooses. Built from the lock file, run as nobody.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/tuslakh
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bots bots
COPY dialogs dialogs
COPY nlu nlu
COPY connectors connectors
COPY knowledge knowledge
COPY config config
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && useradd --system --home /srv/tuslakh tuslakh \
    && install -d -o tuslakh -m 0700 var
USER tuslakh
EXPOSE 8080
CMD ["tuslakh", "run"]
