package dev.muster.once;

import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar in the last line of the terminal; what is logged appears above it. */
final class Bar implements Display {
  private static final int REFRESH_MILLIS = 500;

  private final PrintStream before = System.out;
  private final LastLine lastLine = new LastLine(before);
  private final ProgressBar bar;
  private volatile Figures figures;

  /**
   * @param start what is shown first
   * @param width of the terminal, in columns; 0 asks the terminal
   */
  Bar(Figures start, int width) {
    figures = start;
    System.setOut(lastLine.above());
    bar =
        new ProgressBarBuilder()
            .setStyle(ProgressBarStyle.ASCII)
            .setTaskName("")
            .setUpdateIntervalMillis(REFRESH_MILLIS)
            .continuousUpdate()
            .setEtaFunction(state -> Optional.ofNullable(figures.toGo()))
            .setConsumer(new Consumer(before, lastLine, width))
            .setInitialMax(start.total())
            .build();
    show(start);
  }

  @Override
  public void show(Figures now) {
    figures = now;
    bar.maxHint(now.total());
    bar.stepTo(now.done());
    bar.setExtraMessage(" " + now.besideTheBar());
  }

  /** Leaves the bar as it last was, and nothing below it. */
  @Override
  public void close() {
    bar.close();
    System.setOut(before);
  }

  /** Draws the bar; the library knows the terminal's width. */
  private static final class Consumer extends ConsoleProgressBarConsumer {
    private final LastLine lastLine;

    Consumer(PrintStream terminal, LastLine lastLine, int width) {
      super(terminal, width);
      this.lastLine = lastLine;
    }

    @Override
    public void accept(String line) {
      lastLine.draw(line);
    }

    @Override
    public void clear() {
      lastLine.draw("");
    }

    @Override
    public void close() {
      lastLine.leave();
    }
  }
}
