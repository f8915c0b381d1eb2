package dev.triptych.host.works;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.sqlite.JDBC;

/**
 * The SQLite index of a store: which works there are, newest first. [any thread, any process]
 *
 * <p>It says nothing that the records do not say, so whatever is wrong with it (damaged, of another
 * schema, removed), it is made again from them. A lock file keeps processes apart; a connection
 * lives for one operation.
 */
public final class WorkIndex {
  /** A work as the index knows it. */
  public record Row(
      String record,
      String artifact,
      String mediaType,
      String generator,
      String prompt,
      long seed,
      long madeMillis) {}

  /** Reads all records of the store. */
  interface Records {
    Stream<StoredWork> all() throws IOException;
  }

  private static final int SCHEMA = 1;
  private static final String TABLE =
      "CREATE TABLE work(record TEXT NOT NULL, artifact TEXT NOT NULL, media_type TEXT NOT NULL,"
          + " generator TEXT NOT NULL, prompt TEXT NOT NULL, seed INTEGER NOT NULL,"
          + " made INTEGER NOT NULL, PRIMARY KEY(record, artifact))";
  private static final String MADE = "CREATE INDEX work_made ON work(made)";
  private static final String INSERT = "INSERT OR IGNORE INTO work VALUES(?,?,?,?,?,?,?)";
  private static final String NEWEST =
      "SELECT record,artifact,media_type,generator,prompt,seed,made FROM work"
          + " ORDER BY made DESC, record LIMIT ?";

  private final Path folder;
  private final Path file;
  private final Records records;

  WorkIndex(Path folder, Records records) {
    this.folder = folder;
    this.file = folder.resolve("index.db");
    this.records = records;
  }

  void add(StoredWork work) throws IOException {
    locked(
        () -> {
          try (Connection index = open()) {
            insert(index, work);
          }
          return null;
        });
  }

  List<Row> newest(int limit) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return locked(
        () -> {
          List<Row> rows = new ArrayList<>();
          try (Connection index = open();
              PreparedStatement select = index.prepareStatement(NEWEST)) {
            select.setInt(1, limit);
            try (ResultSet r = select.executeQuery()) {
              while (r.next()) {
                rows.add(
                    new Row(
                        r.getString(1),
                        r.getString(2),
                        r.getString(3),
                        r.getString(4),
                        r.getString(5),
                        r.getLong(6),
                        r.getLong(7)));
              }
            }
          }
          return rows;
        });
  }

  int rebuild() throws IOException {
    return locked(this::rebuildNow);
  }

  private interface Operation<T> {
    T run() throws SQLException, IOException;
  }

  /** Runs under the lock; an index that cannot be used is made again, once. */
  private synchronized <T> T locked(Operation<T> operation) throws IOException {
    Files.createDirectories(folder);
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("index.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      try {
        return operation.run();
      } catch (SQLException damaged) {
        rebuildNow();
        return operation.run();
      }
    } catch (SQLException e) {
      throw new IOException("the index of works " + file + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException sameProcess) {
        try {
          Thread.sleep(2);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while waiting for the index of works", e);
        }
      }
    }
  }

  private Connection open() throws SQLException, IOException {
    if (!Files.exists(file)) {
      rebuildNow();
    }
    Connection index = connect(file);
    try (Statement statement = index.createStatement();
        ResultSet version = statement.executeQuery("PRAGMA user_version")) {
      if (version.getInt(1) != SCHEMA) {
        throw new SQLException("schema version " + version.getInt(1));
      }
      return index;
    } catch (SQLException e) {
      index.close();
      throw e;
    }
  }

  private int rebuildNow() throws IOException {
    Path temp = Files.createTempFile(folder, "index-", ".tmp");
    int count = 0;
    try {
      Files.delete(temp);
      try (Connection index = connect(temp);
          Statement statement = index.createStatement();
          Stream<StoredWork> all = records.all()) {
        index.setAutoCommit(false);
        statement.execute(TABLE);
        statement.execute(MADE);
        statement.execute("PRAGMA user_version=" + SCHEMA);
        for (StoredWork work : (Iterable<StoredWork>) all::iterator) {
          insert(index, work);
          count++;
        }
        index.commit();
      }
      Files.deleteIfExists(folder.resolve("index.db-journal"));
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
      return count;
    } catch (SQLException e) {
      throw new IOException("the index of works " + file + " cannot be written", e);
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  private static Connection connect(Path file) throws SQLException {
    return JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
  }

  private static void insert(Connection index, StoredWork work) throws SQLException, IOException {
    try (PreparedStatement insert = index.prepareStatement(INSERT)) {
      insert.setString(1, work.record());
      insert.setString(2, work.id());
      insert.setString(3, work.mediaType());
      insert.setString(4, work.lineage().generator());
      insert.setString(5, work.lineage().request().prompt());
      insert.setLong(6, work.lineage().request().seed());
      insert.setLong(7, Files.getLastModifiedTime(work.path()).toMillis());
      insert.executeUpdate();
    }
  }
}
