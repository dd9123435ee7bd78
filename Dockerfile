# Build the jars first: ./mvnw package
FROM eclipse-temurin:17.0.17_10-jre AS user
RUN groupadd --system --gid 10001 muster \
 && useradd --system --uid 10001 --gid muster --home-dir /app --no-create-home muster \
 && mkdir -p /app/data && chown muster:muster /app/data
WORKDIR /app

FROM user AS unpacked
COPY target/muster.jar target/muster-demo.jar deploy/archive-classes.sh /tmp/
COPY deploy/jvm.options ./
RUN java -Djarmode=tools -jar /tmp/muster.jar extract --destination . --force && chown muster .
# PostgreSQL refuses to run as root.
USER muster
RUN /tmp/archive-classes.sh

FROM user
COPY --from=unpacked /app ./
USER muster

EXPOSE 8080

# bash opens the connection itself, so the image needs no client for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 4 reply <&3 && [[ $reply == *' 200'* ]]"]

# The exec form: java is process 1 and gets SIGTERM itself.
ENTRYPOINT ["java", "@jvm.options", "-XX:SharedArchiveFile=classes.jsa", "-jar", "muster.jar"]
