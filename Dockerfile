# Build the jar first: ./mvnw package
FROM eclipse-temurin:17.0.17_10-jre AS unpacked
WORKDIR /app
COPY deploy/jvm.options target/muster.jar /tmp/
RUN java -Djarmode=tools -jar /tmp/muster.jar extract --destination /app && cp /tmp/jvm.options .
# A start that ends when all parts are made, before it needs a database: the classes that it loaded are kept as the
# JVM holds them. This JVM alone can use the file, so it is made here.
RUN java @jvm.options -XX:ArchiveClassesAtExit=classes.jsa -Xlog:cds=off -Xlog:cds+dynamic=off \
      -Dspring.context.exit=onRefresh -jar muster.jar --spring.flyway.enabled=false --server.port=0 \
      --spring.datasource.url=jdbc:postgresql://127.0.0.1:9/none --muster.simulator.url=http://127.0.0.1:9

FROM eclipse-temurin:17.0.17_10-jre

RUN groupadd --system --gid 10001 muster \
 && useradd --system --uid 10001 --gid muster --home-dir /app --no-create-home muster \
 && mkdir -p /app/data && chown muster:muster /app/data
WORKDIR /app
COPY --from=unpacked /app ./
USER muster

EXPOSE 8080

# bash opens the connection itself, so the image needs no client for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${SERVER_PORT:-8080} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 4 reply <&3 && [[ $reply == *' 200'* ]]"]

# The exec form: java is process 1 and gets SIGTERM itself.
ENTRYPOINT ["java", "@jvm.options", "-XX:SharedArchiveFile=classes.jsa", "-jar", "muster.jar"]
