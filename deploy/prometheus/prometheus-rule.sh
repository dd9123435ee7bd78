#!/bin/sh
# Prints Muster's alerts as the PrometheusRule that Prometheus' operator reads.
set -eu
cat <<'HEAD'
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: muster
  labels:
    app: muster
spec:
HEAD
sed 's/^/  /' "$(dirname "$0")/muster-alerts.yaml"
