package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.host.works.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a command prints, as lines of JSON on their way to who asked: {@code {"out":"…"}}, {@code
 * {"err":"…"}}, last {@code {"exit":0}}. [any thread]
 *
 * <p>A job that says how it gets on never waits for a connection: the lines wait in between, and a
 * client that does not fetch them for long loses some.
 */
final class Lines {
  private static final int MOST = 4096;
  private static final int LONGEST = 8192;
  private static final long PATIENCE_SECONDS = 20;

  /** A line of JSON; the last one says how the command ended. */
  record Line(String json, boolean last) {}

  private final BlockingQueue<Line> waiting = new LinkedBlockingQueue<>(MOST);
  private volatile boolean unread; // for long: what comes now is lost

  /** Returns a stream whose text goes out under a name, line by line and at each flush. */
  PrintStream stream(String name, boolean autoFlush) {
    return new PrintStream(new Texts(name), autoFlush, UTF_8);
  }

  /** Says that nothing more comes. */
  void exit(int code) {
    waiting.removeIf(line -> waiting.remainingCapacity() == 0); // room for this one, come what may
    waiting.add(new Line(CanonicalJson.write(Map.of("exit", code)) + "\n", true));
  }

  /** Returns the next line; null if none came in time. */
  Line poll(long millis) throws InterruptedException {
    return waiting.poll(millis, TimeUnit.MILLISECONDS);
  }

  private final class Texts extends OutputStream {
    private final String name;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Texts(String name) {
      this.name = name;
    }

    @Override
    public synchronized void write(int one) throws IOException {
      bytes.write(one);
      if (one == '\n' || bytes.size() > LONGEST && (one & 0x80) == 0) {
        flush();
      }
    }

    @Override
    public synchronized void write(byte[] more, int from, int length) throws IOException {
      for (int i = from; i < from + length; i++) {
        write(more[i]);
      }
    }

    /** Sends what is there, but no half character. */
    @Override
    public synchronized void flush() throws IOException {
      byte[] all = bytes.toByteArray();
      int whole = all.length - begun(all);
      if (whole == 0) {
        return;
      }
      bytes.reset();
      bytes.write(all, whole, all.length - whole);
      String text = new String(all, 0, whole, UTF_8);
      try {
        Line line = new Line(CanonicalJson.write(Map.of(name, text)) + "\n", false);
        if (unread || !waiting.offer(line, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          unread = true;
          throw new IOException("nobody reads what the command prints");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Returns how many bytes at the end begin a character that is not whole. */
    private static int begun(byte[] all) {
      for (int back = 1; back <= Math.min(3, all.length); back++) {
        int one = all[all.length - back] & 0xff;
        if (one >= 0xc0) {
          int length = one >= 0xf0 ? 4 : one >= 0xe0 ? 3 : 2;
          return back < length ? back : 0;
        }
        if (one < 0x80) {
          return 0;
        }
      }
      return 0;
    }
  }
}
