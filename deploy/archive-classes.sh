#!/bin/sh
# Run once, when the image is built, beside the unpacked muster.jar. Makes classes.jsa there: the classes that a start
# loads, as this JVM holds them. A start gets that far with a database only, so muster-demo.jar lends its own.
set -e
java @jvm.options -jar /tmp/muster-demo.jar --muster.data=/tmp/data --server.port=0 >/tmp/demo.log &
demo=$!
until grep -q 'what needs a person' /tmp/demo.log; do
  kill -0 $demo || { cat /tmp/demo.log; exit 1; }
  sleep 1
done
# Ends when all parts are made, and before they work.
java @jvm.options -XX:ArchiveClassesAtExit=classes.jsa -Xlog:cds=off -Xlog:cds+dynamic=off \
  -Dspring.context.exit=onRefresh -jar muster.jar --server.port=0 --muster.simulator.url=http://127.0.0.1:9 \
  --spring.datasource.url=jdbc:postgresql://127.0.0.1:54329/muster --spring.datasource.username=muster \
  --spring.datasource.password="$(sed 's/.*://' /tmp/data/pgpass)"
kill $demo
wait $demo || true
