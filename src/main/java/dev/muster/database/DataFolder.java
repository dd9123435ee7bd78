package dev.muster.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The folder that holds an embedded PostgreSQL, held by one process at a time. */
final class DataFolder implements AutoCloseable {
  private final Path root;
  private final FileChannel channel;

  private DataFolder(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /**
   * Makes the folder where it is absent and takes its lock. The operating system drops the lock
   * with the process, however that ends.
   *
   * @throws DatabaseProblem if another process holds it, or it cannot be written
   */
  static DataFolder open(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      createPrivately(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new DatabaseProblem(
            "Another Muster is running on the data folder " + root + ".",
            "Stop the other one, give this one a folder of its own with muster.data, or let both"
                + " share a PostgreSQL by setting spring.datasource.url.");
      }
      return new DataFolder(root, channel);
    } catch (IOException e) {
      throw new DatabaseProblem(
          "The data folder " + root + " cannot be written: " + e + ".",
          "Start Muster as the folder's owner, or name another folder with muster.data.",
          e);
    }
  }

  /** The server's own data directory; present only once it is complete. */
  Path postgres() {
    return root.resolve("postgres");
  }

  PasswordFile password() {
    return new PasswordFile(root);
  }

  /** Where a data directory is made, to be renamed when complete: what lies here never was used. */
  Path unfinished() {
    return root.resolve("postgres.new");
  }

  /** Where the server's programs are unpacked: inside a private folder, as it is open to all. */
  Path binaries() throws IOException {
    Path mine = root.resolve("postgres-binaries");
    createPrivately(mine);
    return mine.resolve("unpacked");
  }

  /** What the server's programs print before the server writes its own log. */
  Path startLog() throws IOException {
    return Files.createDirectories(root.resolve("log")).resolve("postgres-start.log");
  }

  /** The major version that made the data, or nothing before the first start. */
  Optional<String> majorVersion() throws IOException {
    Path version = postgres().resolve("PG_VERSION");
    return Files.exists(version)
        ? Optional.of(Files.readString(version).strip())
        : Optional.empty();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Private, because the server's password lies in it, and it runs programs from this folder. */
  private static void createPrivately(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      return;
    }
    Files.createDirectories(root, ownersOnly("rwx------"));
  }

  /** These permissions for a new file, where the file system knows them; none elsewhere. */
  private static FileAttribute<?>[] ownersOnly(String permissions) {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Writes a file that only its owner can read. Renamed last, so that a start cut short leaves no
   * half of it.
   */
  static void write(Path file, byte[] content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try (FileChannel channel =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownersOnly("rw-------"))) {
      channel.write(ByteBuffer.wrap(content));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
