package dev.triptych.models.ledger;

import dev.triptych.models.ledger.Slot.Key;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * <p>The {@link Books} decide, under one lock; models are closed outside it, and their bytes count
 * until they are.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** A share of a slot, and in whose name it is held. */
  record Grip(Slot slot, Ticket<Key> holder) {}

  /** A wish for a model that waits for room. */
  private static final class Wish {
    private final Key key;
    private Holding<Key> granted;
    private boolean refused;

    private Wish(Key key) {
      this.key = key;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long budget;
  private final String device;
  private final Clock clock;
  private final int longest;
  private final Books<Key> books;
  private final Map<Holding<Key>, Slot> slots = new LinkedHashMap<>();
  private final Map<Thread, Ticket<Key>> visitors = new HashMap<>(); // who lease without a job
  private final Set<Ticket<Key>> leaving = new HashSet<>(); // jobs that are over but for a lease
  private final Set<Ticket<Key>> inside = new HashSet<>(); // those that are asking right now
  private final Map<Ticket<Key>, Wish> wishes = new HashMap<>(); // those that wait for room
  private final Deque<Holding<Key>> due = new ArrayDeque<>(); // to be closed
  private final Map<String, Long> weighed =
      new HashMap<>(); // bytes that a model turned out to take
  private final Set<ClassLoader> departed = // what they load from now on is not shared
      Collections.newSetFromMap(new WeakHashMap<>());
  private boolean closed;

  /**
   * Opens a ledger of one device.
   *
   * @param slots most jobs that run at once
   * @param longest most jobs that wait
   */
  Ledger(String device, long budget, int slots, int longest, Clock clock) {
    this.device = device;
    this.budget = budget;
    this.clock = clock;
    this.longest = longest;
    this.books = new Books<>(Map.of(device, budget), slots);
  }

  long budget() {
    return budget;
  }

  long usedBytes() {
    lock.lock();
    try {
      return books.taken(device);
    } finally {
      lock.unlock();
    }
  }

  List<Entry> entries() {
    lock.lock();
    try {
      return slots.values().stream().filter(slot -> slot.model != null).map(Slot::entry).toList();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a job may run.
   *
   * @throws IOException if what it needs can never fit
   * @throws QueueFullException if too many wait already
   */
  Ticket<Key> admit(String owner, Place<Key> place) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (books.waiting().size() >= longest) {
        throw new QueueFullException(books.waiting().size());
      }
      Map<Key, Long> models = new HashMap<>();
      place.models().forEach((key, b) -> models.put(key, weighed.getOrDefault(key.text(), b)));
      Place<Key> known = new Place<>(place.device(), models, place.run());
      Ticket<Key> ticket = books.arrive(owner, List.of(known));
      boolean in = false;
      try {
        decide();
        while (ticket.state == Ticket.State.WAITING && !closed) {
          pause();
        }
        if (ticket.state == Ticket.State.OVER) {
          throw tooLarge("for " + owner, known.whole());
        }
        if (closed) {
          throw new IllegalStateException("the model manager is closed");
        }
        in = true;
        return ticket;
      } finally {
        if (!in) {
          books.over(ticket);
          decide();
        }
      }
    } finally {
      lock.unlock();
      closeDue();
    }
  }

  /** Gives the slot of a job that is stuck to others, or takes one again, even one too many. */
  void slot(Ticket<Key> ticket, boolean counts) {
    lock.lock();
    try {
      if (!leaving.contains(ticket)) {
        books.slot(ticket, counts);
        decide();
      }
    } finally {
      lock.unlock();
    }
    closeDue();
  }

  /**
   * Ends a job that was let in. If it still holds a model, others get its slot now, and its bytes
   * when it lets go of the last.
   */
  void leave(Ticket<Key> ticket) {
    lock.lock();
    try {
      books.slot(ticket, false);
      leaving.add(ticket);
      end(ticket);
      decide();
    } finally {
      lock.unlock();
    }
    closeDue();
  }

  /** Takes a share of a slot, as {@link #take(Ticket, Key, String, long)}, in nobody's name. */
  Grip take(Key key, String id, long fileBytes) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      Ticket<Key> visitor =
          visitors.computeIfAbsent(
              Thread.currentThread(), thread -> books.visit(thread.getName(), device));
      return obtain(visitor, key, id, fileBytes);
    } finally {
      lock.unlock();
      closeDue();
    }
  }

  /**
   * Takes a share of a slot. Waits while another thread loads it, and for room. If it comes without
   * a model, the caller is the one who must load it.
   */
  Grip take(Ticket<Key> ticket, Key key, String id, long fileBytes)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      return obtain(ticket, key, id, fileBytes);
    } finally {
      lock.unlock();
      closeDue();
    }
  }

  private Grip obtain(Ticket<Key> ticket, Key key, String id, long fileBytes)
      throws IOException, InterruptedException {
    inside.add(ticket);
    try {
      while (true) {
        Slot slot = slotFor(ticket, key, id, fileBytes);
        if (awaitLoaded(slot, ticket)) {
          return new Grip(slot, ticket);
        }
      }
    } finally {
      inside.remove(ticket);
      end(ticket);
      decide();
    }
  }

  /** Takes a lease in the books, waiting for room. */
  private Slot slotFor(Ticket<Key> ticket, Key key, String id, long fileBytes)
      throws IOException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("the model manager is closed");
    }
    long bytes = weighed.getOrDefault(key.text(), fileBytes);
    if (bytes > budget) {
      throw tooLarge(id, bytes);
    }
    Holding<Key> holding = books.lease(ticket, key, bytes).orElse(null);
    if (holding == null) {
      Wish wish = new Wish(key);
      wishes.put(ticket, wish);
      try {
        decide();
        while (wish.granted == null && !wish.refused && !closed) {
          pause();
        }
      } catch (InterruptedException e) {
        if (wish.granted != null) {
          letGo(ticket, wish.granted);
        }
        throw e;
      } finally {
        wishes.remove(ticket);
        books.renounce(ticket);
      }
      if (wish.refused) {
        throw noRoom(id, bytes);
      }
      if (wish.granted == null) {
        throw new IllegalStateException("the model manager is closed");
      }
      holding = wish.granted;
    }
    return slots.computeIfAbsent(holding, one -> new Slot(one, id));
  }

  /** Waits until a slot has a model, or the caller must load it; false if loading it failed. */
  private boolean awaitLoaded(Slot slot, Ticket<Key> ticket) throws InterruptedException {
    try {
      while (slots.get(slot.holding) == slot && slot.model == null && slot.loading) {
        pause();
      }
    } catch (InterruptedException e) {
      letGo(ticket, slot.holding);
      throw e;
    }
    boolean there = slots.get(slot.holding) == slot;
    slot.loading = there && slot.model == null;
    return there;
  }

  /** Gives back what a thread that was interrupted had got. */
  private void letGo(Ticket<Key> ticket, Holding<Key> holding) {
    if (holding.leases.containsKey(ticket)) {
      books.giveBack(ticket, holding, clock.millis());
      Slot slot = slots.get(holding);
      boolean nobodyLoads = slot == null || slot.model == null && !slot.loading;
      if (nobodyLoads && holding.leases.isEmpty()) {
        books.closed(holding);
        slots.remove(holding);
      }
    }
  }

  /**
   * Offers a loaded model to all, making room for what it turned out to take.
   *
   * @return false if there is no room beside the models in use: close it, and {@link #forget} it
   * @throws IOException if it alone is larger than the budget
   */
  boolean offer(Slot slot, AutoCloseable model, long mapped, long copied) throws IOException {
    boolean fits;
    lock.lock();
    try {
      slot.mapped = mapped;
      slot.copied = copied;
      weighed.put(slot.key().text(), mapped + copied);
      if (mapped + copied > budget) {
        throw tooLarge(slot.id, mapped + copied);
      }
      fits = books.loaded(slot.holding, mapped + copied);
      if (fits) {
        slot.model = model;
        slot.loading = false;
        if (departed.stream().anyMatch(slot::loadedBy)) {
          books.leave(slot.holding); // held by who loads it, so it goes when that lease closes
        }
        decide();
      }
    } finally {
      lock.unlock();
    }
    closeDue();
    return fits;
  }

  /** Returns a share. */
  void giveBack(Grip grip) {
    lock.lock();
    try {
      books.giveBack(grip.holder, grip.slot.holding, clock.millis());
      end(grip.holder);
      decide();
    } finally {
      lock.unlock();
    }
    closeDue();
  }

  /** Lets nobody else share the slots chosen, and closes them once they are idle; returns them. */
  List<Entry> evict(Predicate<Slot> chosen) {
    List<Entry> told;
    lock.lock();
    try {
      List<Slot> all = slots.values().stream().filter(chosen).toList();
      told = all.stream().map(Slot::entry).toList();
      all.forEach(slot -> books.leave(slot.holding));
      decide();
    } finally {
      lock.unlock();
    }
    closeDue();
    return told;
  }

  /** Keeps the slots chosen though nobody holds them, or no longer; returns them. */
  List<Entry> pin(Predicate<Slot> chosen, boolean pinned) {
    lock.lock();
    try {
      List<Slot> all = slots.values().stream().filter(s -> s.model != null).filter(chosen).toList();
      all.forEach(slot -> slot.holding.pinned = pinned);
      decide();
      return all.stream().map(Slot::entry).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Closes what nobody has held for so long. */
  void expire(long keepMillis) {
    lock.lock();
    try {
      books.expire(clock.millis(), holding -> keepMillis);
      decide();
    } finally {
      lock.unlock();
    }
    closeDue();
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
      while (slots.values().stream().anyMatch(slot -> slot.loadedBy(loader))) {
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
      Set<Ticket<Key>> holders = Set.copyOf(slot.holding.leases.keySet());
      books.closed(slot.holding);
      slots.remove(slot.holding);
      slot.model = null;
      holders.forEach(this::end);
      decide();
    } finally {
      lock.unlock();
    }
    closeDue();
  }

  /** Takes what the books decide to those whom it concerns. */
  private void decide() {
    boolean more = true;
    while (more) {
      Books.Decision<Key> decision = books.advance();
      for (Ticket<Key> ticket : decision.grown()) {
        Wish wish = wishes.get(ticket);
        wish.granted = books.find(wish.key, device).orElseThrow();
      }
      for (Ticket<Key> ticket : decision.refused()) {
        if (wishes.containsKey(ticket)) { // else it is over, and was never let in
          wishes.get(ticket).refused = true;
        }
      }
      due.addAll(decision.closing());
      more = !decision.grown().isEmpty() || !decision.refused().isEmpty(); // what these free
    }
    changed.signalAll();
  }

  /** Ends a job that leaves, or a visit, once it holds nothing and asks for nothing. */
  private void end(Ticket<Key> ticket) {
    boolean busy =
        inside.contains(ticket)
            || slots.keySet().stream().anyMatch(h -> h.leases.containsKey(ticket));
    if (!busy && (leaving.remove(ticket) || visitors.values().remove(ticket))) {
      books.over(ticket);
    }
  }

  /** Waits for a change; whoever finds models to be closed closes them first. */
  private void pause() throws InterruptedException {
    if (due.isEmpty()) {
      changed.await();
    } else {
      lock.unlock();
      try {
        closeDue();
      } finally {
        lock.lock();
      }
    }
  }

  /** Closes what the books have decided to close, without the lock. */
  private void closeDue() {
    while (true) {
      Slot slot;
      lock.lock();
      try {
        Holding<Key> holding = due.poll();
        if (holding == null) {
          return;
        }
        slot = slots.get(holding);
      } finally {
        lock.unlock();
      }
      closeQuietly(slot.id, slot.model);
      forget(slot);
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

  private IOException noRoom(String id, long bytes) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "model %s needs %s, but %s of the memory budget of %s are held by generations that"
                + " wait for room themselves: raise the budget",
            id,
            mib(bytes),
            mib(books.taken(device)),
            mib(budget)));
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
