package dev.triptych.models.hub;

import dev.triptych.models.hub.Backoff.PassingException;
import dev.triptych.models.hub.HubConnection.RemoteFile;
import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Brings one file into the cache: its part goes on where it stopped, and becomes the blob when its
 * digest is right. [one thread]
 */
final class Download {
  /** So much gained makes a try that failed count as none. */
  private static final long GAIN = 1 << 16;

  private final HubConnection hub;
  private final String commit;
  private final RemoteFile file;
  private final Blobs blobs;
  private final Meter meter;
  private final Backoff backoff;
  private final Checksum sum;
  private final byte[] block = new byte[1 << 16];
  private FileChannel part;
  private long at;

  Download(
      HubConnection hub,
      String commit,
      RemoteFile file,
      Blobs blobs,
      Meter meter,
      Patience patience) {
    this.hub = hub;
    this.commit = commit;
    this.file = file;
    this.blobs = blobs;
    this.meter = meter;
    this.backoff = new Backoff(patience, file.name(), meter.listener());
    this.sum = new Checksum(file.digest(), file.size());
  }

  /**
   * Downloads, unless another process has done so meanwhile.
   *
   * @throws HubException if patience ends, or the server sends other bytes than the hub names
   */
  void run() throws IOException, InterruptedException {
    try (Blobs.Lock lock = blobs.lock(file.digest())) {
      if (blobs.has(file)) {
        meter.add(file.name(), file.size() - meter.present(file));
        return;
      }
      Path path = blobs.part(file.digest());
      try (FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        part = channel;
        readPart();
        complete();
        channel.force(true);
        if (channel.size() != file.size()) { // another program writes the same part
          restart();
          throw new HubException(Problem.CHECKSUM, file.name());
        }
      }
      Files.move(
          path,
          blobs.blob(file.digest()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Adds what an earlier try left to the digest. */
  private void readPart() throws IOException, InterruptedException {
    if (part.size() > file.size()) {
      part.truncate(0);
    }
    part.position(0);
    for (int count = part.read(ByteBuffer.wrap(block));
        count > 0;
        count = part.read(ByteBuffer.wrap(block))) {
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while reading " + file.name());
      }
      sum.update(block, count);
      at += count;
    }
    meter.add(file.name(), at - meter.present(file));
  }

  private void complete() throws IOException, InterruptedException {
    boolean wrong = false;
    while (true) {
      long before = at;
      try {
        while (at < file.size()) {
          fetch();
        }
      } catch (PassingException e) {
        if (at - before >= GAIN) {
          backoff.gained();
        }
        backoff.pause(e);
        continue;
      }
      if (sum.matches()) {
        return;
      }
      restart();
      if (wrong) {
        throw new HubException(Problem.CHECKSUM, file.name());
      }
      wrong = true; // perhaps only the part was: once more, from the start
    }
  }

  /** Asks for what is missing and writes it until the answer ends. */
  private void fetch() throws IOException, InterruptedException {
    try (Body body = hub.open(commit, file, at)) {
      if (body.status() == 416) {
        restart();
        throw new PassingException(Problem.SERVER, body.host(), 416);
      }
      if (body.status() == 200 && at > 0) {
        restart(); // a server without ranges begins at the start
      }
      if (!body.is(at, file.size())) {
        restart();
        throw new PassingException(Problem.CHECKSUM, file.name());
      }
      long missing = file.size() - at;
      if (body.length().orElse(missing) != missing) {
        throw new PassingException(
            Problem.SIZE, file.name(), at + body.length().getAsLong(), file.size());
      }
      for (int count = body.read(block); count >= 0; count = body.read(block)) {
        if (count > file.size() - at) {
          long sent = at + count;
          restart();
          throw new PassingException(Problem.SIZE, file.name(), "at least " + sent, file.size());
        }
        write(count);
      }
      if (at < file.size()) {
        throw new PassingException(Problem.CUT, file.name(), body.host());
      }
    }
  }

  private void write(int count) throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped while downloading " + file.name());
    }
    ByteBuffer bytes = ByteBuffer.wrap(block, 0, count);
    try {
      while (bytes.hasRemaining()) {
        part.write(bytes, at + bytes.position());
      }
    } catch (java.nio.channels.ClosedByInterruptException e) {
      throw (InterruptedException) new InterruptedException("stopped").initCause(e);
    } catch (IOException e) {
      throw new IOException(blobs.part(file.digest()) + " cannot be written: " + e.getMessage(), e);
    }
    sum.update(block, count);
    at += count;
    meter.add(file.name(), count);
  }

  private void restart() throws IOException {
    part.truncate(0);
    sum.reset();
    meter.add(file.name(), -at);
    at = 0;
  }
}
