package dev.muster.bench;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The same run several times over. */
record Runs(List<Run> runs) {
  private static final long MEBIBYTE = 1 << 20;

  double rate() {
    return median(Run::rate);
  }

  /** Seconds of CPU that 1,000 items cost a process. */
  double perThousand(Function<Cost, Usage> process) {
    return median(run -> run.perThousand(process.apply(run.cost())));
  }

  /** The most memory that the process of Java held, in MiB. */
  double peak() {
    return median(run -> run.cost().java().peakBytes() / (double) MEBIBYTE);
  }

  private double median(ToDoubleFunction<Run> figure) {
    return Figure.median(runs.stream().map(figure::applyAsDouble).toList());
  }
}
