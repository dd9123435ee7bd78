package dev.muster.soak;

import dev.muster.support.MusterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that makes calls, whoever limits them. */
interface Replica extends AutoCloseable {

  /** Ends it as {@code kill -9} does, and waits until it has. */
  @Override
  void close();

  boolean isAlive();

  /** What it wrote. */
  String log();

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
    };
  }
}
