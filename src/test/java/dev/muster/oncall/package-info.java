/** What whoever is on call is given: alerts, dashboards, the runbook. */
package dev.muster.oncall;
