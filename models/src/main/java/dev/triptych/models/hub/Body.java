package dev.triptych.models.hub;

import dev.triptych.models.hub.Backoff.PassingException;
import dev.triptych.models.hub.HubException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bytes of an answer; when nothing comes for too long, they end in a failure. */
final class Body implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18}|\\*)");
  private static final long RESTING = 0;

  private final HttpResponse<InputStream> response;
  private final String what;
  private final Duration silence;
  private final ScheduledFuture<?> watch;
  private final Consumer<Body> gone;
  private volatile long waitingSince = RESTING;
  private volatile boolean stalled;
  private volatile boolean ended;

  Body(
      HttpResponse<InputStream> response,
      String what,
      ScheduledExecutorService clock,
      Duration silence,
      Consumer<Body> gone) {
    this.response = response;
    this.what = what;
    this.silence = silence;
    this.gone = gone;
    long often = Math.max(10, silence.toMillis() / 4);
    this.watch = clock.scheduleWithFixedDelay(this::look, often, often, TimeUnit.MILLISECONDS);
  }

  int status() {
    return response.statusCode();
  }

  /** Returns how many bytes the server announces. */
  OptionalLong length() {
    return HubConnection.number(response.headers().firstValue("Content-Length"));
  }

  /** Says whether the bytes are the file's own from one on, neither packed nor of another size. */
  boolean is(long from, long size) {
    if (!response.headers().firstValue("Content-Encoding").orElse("identity").equals("identity")) {
      return false;
    }
    if (status() == 200) {
      return from == 0;
    }
    Matcher range = RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
    return range.matches()
        && Long.parseLong(range.group(1)) == from
        && (range.group(2).equals("*") || Long.parseLong(range.group(2)) == size);
  }

  /**
   * Reads some bytes.
   *
   * @return how many; negative at the end
   * @throws PassingException if the connection is cut, or silent for too long
   */
  int read(byte[] block) throws IOException {
    waitingSince = Math.max(1, System.nanoTime());
    try {
      int count = response.body().read(block);
      if (count < 0 && ended) {
        throw new InterruptedIOException("stopped");
      }
      if (count < 0 && stalled) {
        throw stalled();
      }
      return count;
    } catch (PassingException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      if (ended || Thread.currentThread().isInterrupted()) {
        throw (IOException) new InterruptedIOException("stopped").initCause(e);
      }
      throw stalled ? stalled() : new PassingException(Problem.CUT, what, host());
    } finally {
      waitingSince = RESTING;
    }
  }

  private PassingException stalled() {
    return new PassingException(Problem.STALLED, what, host(), silence.toSeconds());
  }

  String host() {
    return response.uri().getHost();
  }

  private void look() {
    long since = waitingSince;
    if (since != RESTING && System.nanoTime() - since > silence.toNanos()) {
      stalled = true;
      close();
    }
  }

  /** Makes whoever reads stop. */
  void end() {
    ended = true;
    close();
  }

  @Override
  public void close() {
    watch.cancel(false);
    gone.accept(this);
    try {
      response.body().close();
    } catch (IOException e) {
      // nobody reads on
    }
  }
}
