package dev.muster.bench;

/** What a run has used. */
record Cost(Usage java, Usage postgres, Usage nginx) {}
