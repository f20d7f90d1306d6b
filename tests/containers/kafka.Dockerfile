# Stands in for apache/kafka where that cannot be pulled: Debian's Java and Kafka's jars, which are
# the build context.  What docker-compose.yml uses of it is there: the environment, the folder of
# the data, bash for the health check.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jre-headless
COPY *.jar /opt/kafka/libs/
RUN mkdir -p /var/lib/kafka/data && useradd --non-unique --uid 1000 appuser && \
    chown appuser /var/lib/kafka/data && \
    printf '%s\n' '#!/bin/bash' 'set -e' 'conf=/tmp/server.properties' \
      'env | sed -n "s/^KAFKA_//p" | grep -v HEAP | while IFS== read -r name value; do' \
      '  name=${name,,}; echo "${name//_/.}=$value"; done >$conf' \
      'java -cp "/opt/kafka/libs/*" kafka.tools.StorageTool format --ignore-formatted -t "$CLUSTER_ID" -c $conf' \
      'exec java -Xmx512m -cp "/opt/kafka/libs/*" kafka.Kafka $conf' >/start && chmod 755 /start
USER appuser
CMD ["/start"]
