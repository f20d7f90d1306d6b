# Stands in for postgres:17 where that cannot be pulled: Debian's PostgreSQL.  What
# docker-compose.yml uses of it is there: the environment and the folder of the data.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && \
    mkdir -p /var/lib/postgresql/data && chown postgres /var/lib/postgresql/data && \
    ln -sf /usr/lib/postgresql/*/bin/* /usr/local/bin/
RUN printf '%s\n' '#!/bin/bash' 'set -e' 'data=/var/lib/postgresql/data/15' \
      'if [ ! -e $data/PG_VERSION ]; then' \
      '  initdb -D $data -U "$POSTGRES_USER" -A scram-sha-256 --pwfile=<(echo "$POSTGRES_PASSWORD")' \
      '  echo "host all all all scram-sha-256" >>$data/pg_hba.conf' \
      '  pg_ctl -D $data -w -o "-c listen_addresses=" start' \
      '  PGPASSWORD=$POSTGRES_PASSWORD createdb -U "$POSTGRES_USER" "$POSTGRES_DB"' \
      '  pg_ctl -D $data -w stop' 'fi' \
      'exec postgres -D $data -c listen_addresses="*"' >/start && chmod 755 /start
USER postgres
CMD ["/start"]
