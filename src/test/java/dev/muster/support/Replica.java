package dev.muster.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that makes calls, whoever limits them. */
public interface Replica extends AutoCloseable {

  /** Ends it as {@code kill -9} does, and waits until it has. */
  @Override
  void close();

  boolean isAlive();

  /** What it wrote. */
  String log();

  /** The operating system's number of it. */
  long pid();

  /** Stops it where it stands, as {@code kill -STOP} does. It can be ended all the same. */
  default void freeze() {
    signal("STOP");
  }

  /** Lets it go on. */
  default void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    List<String> command = List.of("kill", "-" + name, Long.toString(pid()));
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(command + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static Replica of(MusterProcess process) {
    return new Replica() {
      @Override
      public void close() {
        process.close();
      }

      @Override
      public boolean isAlive() {
        return process.isAlive();
      }

      @Override
      public String log() {
        return process.log();
      }

      @Override
      public long pid() {
        return process.pid();
      }
    };
  }

  static Replica of(Process process, Path log) {
    return new Replica() {
      @Override
      public void close() {
        process.destroyForcibly().onExit().join();
      }

      @Override
      public boolean isAlive() {
        return process.isAlive();
      }

      @Override
      public String log() {
        try {
          return Files.readString(log);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public long pid() {
        return process.pid();
      }
    };
  }
}
