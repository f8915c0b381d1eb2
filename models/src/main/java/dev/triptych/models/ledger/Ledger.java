package dev.triptych.models.ledger;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which models are loaded, who holds them and how many bytes they take. [any thread]
 *
 * <p>It decides under one lock and closes models outside it; a model's bytes count until it is
 * closed.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final long budget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Slot.Key, Slot> shared = new HashMap<>(); // those that a new asker may share
  private final Set<Slot> all = new LinkedHashSet<>(); // those that count: loading to closed
  private final Set<Thread> waiting = new HashSet<>(); // for room
  private final Map<String, Long> weighed =
      new HashMap<>(); // bytes that a model turned out to take
  private final Set<ClassLoader> departed = // what they load from now on is not shared
      Collections.newSetFromMap(new WeakHashMap<>());
  private long clock;
  private boolean closed;

  Ledger(long budget) {
    this.budget = budget;
  }

  long budget() {
    return budget;
  }

  long usedBytes() {
    lock.lock();
    try {
      return used();
    } finally {
      lock.unlock();
    }
  }

  List<Entry> entries() {
    lock.lock();
    try {
      return all.stream().filter(slot -> slot.model != null).map(Slot::entry).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a share of a loaded slot, or puts a new one, without a model yet, whose bytes are
   * reserved. Waits while another thread loads it, and for room.
   */
  Slot take(Slot.Key key, String id, long fileBytes) throws IOException, InterruptedException {
    while (true) {
      List<Slot> gone = List.of();
      lock.lockInterruptibly();
      try {
        if (closed) {
          throw new IllegalStateException("the model manager is closed");
        }
        Slot slot = shared.get(key);
        if (slot != null && slot.model != null) {
          slot.holders.add(Thread.currentThread());
          return slot;
        }
        if (slot != null) { // another thread loads it
          changed.await();
          continue;
        }
        long bytes = weighed.getOrDefault(key.text(), fileBytes);
        if (bytes > budget) {
          throw tooLarge(id, bytes);
        }
        if (used() + bytes <= budget) {
          return reserve(new Slot(key, id, bytes));
        }
        gone = victims(used() + bytes - budget);
        if (gone.isEmpty()) {
          awaitRoom(id, bytes);
        }
      } finally {
        lock.unlock();
      }
      discard(gone);
    }
  }

  /**
   * Offers a loaded model to all, making room for what it turned out to take.
   *
   * @return false if there is no room beside the models in use
   * @throws IOException if it alone is larger than the budget
   */
  boolean offer(Slot slot, AutoCloseable model, long mapped, long copied) throws IOException {
    List<Slot> gone;
    boolean fits;
    lock.lock();
    try {
      slot.mapped = mapped;
      slot.copied = copied;
      weighed.put(slot.key.text(), slot.bytes());
      if (slot.bytes() > budget) {
        throw tooLarge(slot.id, slot.bytes());
      }
      gone = victims(used() - budget);
      fits = used() - gone.stream().mapToLong(Slot::bytes).sum() <= budget;
      if (fits) {
        slot.model = model;
        slot.lastUsed = ++clock;
        if (departed.stream().anyMatch(slot::loadedBy)) {
          leave(slot, gone); // held by who loads it, so it goes when that lease closes
        }
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    discard(gone);
    return fits;
  }

  /** Takes one lease off a slot. */
  void giveBack(Slot slot) {
    List<Slot> gone = new ArrayList<>();
    lock.lock();
    try {
      if (!slot.holders.remove(Thread.currentThread())) {
        slot.holders.remove(slot.holders.size() - 1); // closed on another thread than it was taken
      }
      slot.lastUsed = ++clock;
      slot.idleSince = Instant.now();
      if (slot.leaving && slot.idle()) {
        gone.add(slot);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    discard(gone);
  }

  /** Lets nobody else share the slots chosen, and closes them once they are idle. */
  void evict(Predicate<Slot> chosen) {
    List<Slot> gone = new ArrayList<>();
    lock.lock();
    try {
      all.stream().filter(chosen).forEach(slot -> leave(slot, gone));
    } finally {
      lock.unlock();
    }
    discard(gone);
  }

  /**
   * Evicts what a class loader has loaded, also what it is loading now, and waits until all of it
   * is closed.
   *
   * @return whether it was in time
   */
  boolean depart(ClassLoader loader, long millis) throws InterruptedException {
    lock.lock();
    try {
      departed.add(loader);
    } finally {
      lock.unlock();
    }
    evict(slot -> slot.loadedBy(loader));
    long left = TimeUnit.MILLISECONDS.toNanos(millis);
    lock.lockInterruptibly();
    try {
      while (all.stream().anyMatch(slot -> slot.loadedBy(loader))) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new askers and evicts all. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    evict(slot -> true);
  }

  /** Drops a slot and its bytes, once its model is closed or was never loaded. */
  void forget(Slot slot) {
    lock.lock();
    try {
      shared.remove(slot.key, slot);
      all.remove(slot);
      slot.model = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Closes a model; what goes wrong there is the model's fault, not the asker's. */
  static void closeQuietly(String id, AutoCloseable model) {
    if (model != null) {
      try {
        model.close();
      } catch (Throwable e) { // a plugin's class: an Error of its is not the host's end
        LOG.warn("model {} could not be closed: {}", id, e.toString());
      }
    }
  }

  private Slot reserve(Slot slot) {
    slot.holders.add(Thread.currentThread());
    shared.put(slot.key, slot);
    all.add(slot);
    return slot;
  }

  /** Takes idle models, those used longest ago first, until enough bytes are free. */
  private List<Slot> victims(long needed) {
    List<Slot> gone = new ArrayList<>();
    List<Slot> idle =
        shared.values().stream()
            .filter(Slot::idle)
            .sorted(Comparator.comparingLong(slot -> slot.lastUsed))
            .toList();
    long free = 0;
    for (Slot slot : idle) {
      if (free >= needed) {
        break;
      }
      free += slot.bytes();
      leave(slot, gone);
    }
    return gone;
  }

  private void leave(Slot slot, List<Slot> gone) {
    if (!slot.leaving) {
      slot.leaving = true;
      shared.remove(slot.key, slot);
      if (slot.idle()) {
        gone.add(slot);
      }
    }
  }

  private void awaitRoom(String id, long bytes) throws IOException, InterruptedException {
    waiting.add(Thread.currentThread());
    try {
      boolean stuck =
          all.stream().noneMatch(s -> s.model == null || s.idle())
              && all.stream().allMatch(s -> waiting.containsAll(s.holders));
      if (stuck) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "model %s needs %s, but %s of the memory budget of %s are held by generations that"
                    + " wait for room themselves: raise the budget",
                id,
                mib(bytes),
                mib(used()),
                mib(budget)));
      }
      changed.await();
    } finally {
      waiting.remove(Thread.currentThread());
    }
  }

  private void discard(List<Slot> gone) {
    for (Slot slot : gone) {
      closeQuietly(slot.id, slot.model);
      forget(slot);
    }
  }

  private long used() {
    return all.stream().mapToLong(Slot::bytes).sum();
  }

  private IOException tooLarge(String id, long bytes) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "model %s needs %s, more than the whole memory budget of %s: raise the budget or choose"
                + " a smaller model",
            id,
            mib(bytes),
            mib(budget)));
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }
}
