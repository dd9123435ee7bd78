package dev.muster.once;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * The last line of a terminal, drawn again and again, while others go on to print: their lines push
 * it down.
 */
final class LastLine {
  /** To the line's beginning, and erases to its end. */
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream terminal;
  private String line = "";

  /** Others have begun a line that they have not ended: it must not be erased. */
  private boolean begun;

  LastLine(PrintStream terminal) {
    this.terminal = terminal;
  }

  synchronized void draw(String text) {
    line = text;
    if (!begun) {
      terminal.print(ERASE + line);
      terminal.flush();
    }
  }

  /** Leaves it standing, and goes to the next line. */
  synchronized void leave() {
    terminal.print(ERASE + line + System.lineSeparator());
    terminal.flush();
    line = "";
  }

  /** What is written here appears above the line. */
  PrintStream above() {
    return new PrintStream(new Above(), true, Charset.defaultCharset());
  }

  private synchronized void push(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return;
    }
    if (!begun) {
      terminal.print(ERASE);
    }
    terminal.write(bytes, offset, length);
    begun = bytes[offset + length - 1] != '\n';
    if (!begun) {
      terminal.print(line);
    }
    terminal.flush();
  }

  private final class Above extends OutputStream {
    @Override
    public void write(int b) {
      push(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      push(bytes, offset, length);
    }
  }
}
