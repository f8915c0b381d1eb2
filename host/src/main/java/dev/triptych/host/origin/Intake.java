package dev.triptych.host.origin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Takes in the bytes of an answer, so many and no more. */
final class Intake implements BodySubscriber<byte[]> {
  /** More came than may come. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final String name;
  private final int most;
  private final FetchListener listener;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private volatile Subscription subscription;
  private volatile long heard = System.nanoTime();
  private volatile long total = -1;

  Intake(String name, int most, FetchListener listener) {
    this.name = name;
    this.most = most;
    this.listener = listener;
  }

  Intake begin(ResponseInfo info) {
    heard = System.nanoTime();
    total = info.headers().firstValueAsLong("Content-Length").orElse(-1);
    return this;
  }

  /** Returns when something came last, as {@link System#nanoTime} says it. */
  long heard() {
    return heard;
  }

  /** Takes in nothing more. */
  void end() {
    Subscription open = subscription;
    if (open != null) {
      open.cancel();
    }
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    if (total > most) {
      given.cancel();
      whole.completeExceptionally(new TooLargeException());
    } else {
      given.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> items) {
    heard = System.nanoTime();
    for (ByteBuffer item : items) {
      if (whole.isDone() || item.remaining() > most - bytes.size()) {
        subscription.cancel();
        whole.completeExceptionally(new TooLargeException());
        return;
      }
      byte[] block = new byte[item.remaining()];
      item.get(block);
      bytes.write(block, 0, block.length);
    }
    listener.came(name, bytes.size(), total);
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(bytes.toByteArray());
  }
}
