package dev.triptych.models.ledger;

import dev.triptych.models.ledger.Holding.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Decides who runs where and which model goes: no thread, no clock, no model in it. [one thread at
 * a time]
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>On no device do models, the runs of jobs and what these may still load take more than its
 *       budget. So a job that was let in never waits for what it had announced.
 *   <li>Idle models go, first those that no waiting job wants, then those used longest ago; never
 *       one that is leased, pinned, or announced by a job that runs.
 *   <li>Jobs are let in as they came. A smaller one may overtake one that finds no room, but each
 *       job is overtaken at most {@link #MAX_OVERTAKEN} times.
 *   <li>A job that wants more than it had announced waits before all who are not in yet. If all
 *       that run wait so, the one that came last is refused.
 * </ul>
 *
 * @param <K> what makes two askers share a model
 */
final class Books<K> {
  /** How often others may be let in before a job that waits. */
  static final int MAX_OVERTAKEN = 8;

  /**
   * What follows from an event.
   *
   * @param admitted jobs that run from now on
   * @param grown jobs whose wish for more is granted: the model's bytes are reserved
   * @param refused jobs that can never have what they want
   * @param closing models to close; say {@link #closed} for each
   */
  record Decision<K>(
      List<Ticket<K>> admitted,
      List<Ticket<K>> grown,
      List<Ticket<K>> refused,
      List<Holding<K>> closing) {}

  /**
   * What one plugin may have.
   *
   * @param running most jobs at once
   * @param bytes most bytes that its running jobs announce together
   */
  record Quota(int running, long bytes) {
    static final Quota NONE = new Quota(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private final Map<String, Long> budgets = new LinkedHashMap<>();
  private final Set<Holding<K>> holdings = new LinkedHashSet<>();
  private final List<Ticket<K>> waiting = new ArrayList<>();
  private final Set<Ticket<K>> running = new LinkedHashSet<>();
  private final Map<String, Quota> quotas = new HashMap<>();
  private final int slots;
  private long tickets;
  private long uses;

  /**
   * Opens books.
   *
   * @param budgets bytes that may be taken on each device
   * @param slots most jobs that run at once
   */
  Books(Map<String, Long> budgets, int slots) {
    this.budgets.putAll(budgets);
    this.slots = slots;
  }

  Collection<Holding<K>> holdings() {
    return holdings;
  }

  Collection<Ticket<K>> waiting() {
    return waiting;
  }

  Collection<Ticket<K>> running() {
    return running;
  }

  long budget(String device) {
    return budgets.getOrDefault(device, 0L);
  }

  /** Changes what may be taken on a device; what runs goes on, and who comes later waits. */
  void budget(String device, long bytes) {
    budgets.put(device, bytes);
  }

  void quota(String owner, Quota quota) {
    quotas.put(owner, quota);
  }

  /** Returns what models, runs and what they may still load take on a device. */
  long committed(String device) {
    long sum = taken(device);
    Map<K, Long> announced = new HashMap<>();
    for (Ticket<K> ticket : running) {
      if (ticket.place.device().equals(device)) {
        sum += ticket.place.run();
        ticket.place.models().forEach((key, bytes) -> announced.merge(key, bytes, Math::max));
      }
    }
    for (Map.Entry<K, Long> one : announced.entrySet()) {
      if (find(one.getKey(), device).isEmpty()) {
        sum += one.getValue();
      }
    }
    return sum;
  }

  /** Returns the bytes of the models on a device: loading, loaded, or not closed yet. */
  long taken(String device) {
    return holdings.stream().filter(h -> h.device.equals(device)).mapToLong(h -> h.bytes).sum();
  }

  /** Returns the model that a new asker would share. */
  Optional<Holding<K>> find(K key, String device) {
    return holdings.stream()
        .filter(h -> h.shared() && h.device.equals(device) && h.key.equals(key))
        .findFirst();
  }

  /** Puts a job at the end of the queue; {@link #advance} lets it in. */
  Ticket<K> arrive(String owner, List<Place<K>> places) {
    Ticket<K> ticket = new Ticket<>(++tickets, owner, places);
    waiting.add(ticket);
    return ticket;
  }

  /** Lets in, without a queue, one who takes models as it goes. */
  Ticket<K> visit(String owner, String device) {
    Place<K> place = new Place<>(device, Map.of(), 0);
    Ticket<K> ticket = new Ticket<>(++tickets, owner, List.of(place));
    ticket.place = place;
    ticket.slot = false;
    ticket.state = Ticket.State.RUNNING;
    running.add(ticket);
    return ticket;
  }

  /**
   * Gives the slot of a job that does not move to others, or says that it moves again; its bytes
   * stay taken.
   */
  void slot(Ticket<K> ticket, boolean counts) {
    ticket.slot = counts;
  }

  /** Ends a job, whatever it was doing; it must have given back its leases. */
  void over(Ticket<K> ticket) {
    if (holdings.stream().anyMatch(h -> h.leases.containsKey(ticket))) {
      throw new IllegalStateException(ticket + " still holds a lease");
    }
    waiting.remove(ticket);
    running.remove(ticket);
    ticket.growth = null;
    ticket.state = Ticket.State.OVER;
  }

  /**
   * Takes a share of a model that is loaded or loading, or reserves the bytes of one that the job
   * had announced.
   *
   * @return empty if the job must wait until it is {@linkplain Decision#grown granted}
   */
  Optional<Holding<K>> lease(Ticket<K> ticket, K key, long bytes) {
    String device = ticket.place.device();
    Optional<Holding<K>> there = find(key, device);
    boolean announced = ticket.place.models().getOrDefault(key, -1L) >= bytes;
    if (there.isEmpty() && announced && committed(device) <= budget(device)) { // one may be leaving
      there = Optional.of(reserve(key, device, ticket.place.models().get(key)));
    }
    if (there.isPresent()) {
      take(ticket, there.get());
    } else {
      ticket.growth = new Ticket.Growth<>(key, bytes);
    }
    return there;
  }

  /** Gives up a wish for more. */
  void renounce(Ticket<K> ticket) {
    ticket.growth = null;
  }

  /**
   * Says what a model that was loaded really takes.
   *
   * @return whether there is room for it; if not, it must be closed, and asked for again with this
   *     figure
   */
  boolean loaded(Holding<K> holding, long bytes) {
    boolean grew = bytes > holding.bytes;
    holding.bytes = bytes;
    long missing = committed(holding.device) - budget(holding.device);
    if (grew && missing > 0) {
      List<Holding<K>> victims = victims(holding.device, missing, Set.of(holding.key));
      if (victims.isEmpty()) {
        holding.state = State.CLOSING;
        return false;
      }
      victims.forEach(this::leave);
    }
    holding.state = State.READY;
    holding.lastUsed = ++uses;
    return true;
  }

  /** Returns one lease; who holds a model several times returns it as often. */
  void giveBack(Ticket<K> ticket, Holding<K> holding, long now) {
    holding.leases.merge(ticket, -1, (one, less) -> one + less == 0 ? null : one + less);
    holding.lastUsed = ++uses;
    holding.idleSince = now;
  }

  /** Says that a model is closed, or was never loaded: its bytes are free. */
  void closed(Holding<K> holding) {
    holding.leases.clear();
    holdings.remove(holding);
  }

  /** Lets nobody new share a model; it is closed when the last lease is back. */
  void leave(Holding<K> holding) {
    holding.leaving = true;
  }

  /**
   * Marks models that were idle for so long.
   *
   * @param keepMillis how long each may be idle; less than 0 for ever
   */
  void expire(long now, ToLongFunction<Holding<K>> keepMillis) {
    for (Holding<K> holding : holdings) {
      long keep = keepMillis.applyAsLong(holding);
      if (evictable(holding) && keep >= 0 && now - holding.idleSince >= keep) {
        holding.leaving = true;
      }
    }
  }

  /** Decides what can be decided now. Ask after each event. */
  Decision<K> advance() {
    Decision<K> decision =
        new Decision<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Holding<K> holding : holdings) {
      if (holding.leaving && holding.idle()) {
        close(holding, decision);
      }
    }
    if (holdings.stream().noneMatch(h -> h.state == State.CLOSING)) { // whose room is meant for one
      if (grow(decision) && decision.closing().isEmpty()) {
        admit(decision);
      }
    }
    return decision;
  }

  /** Grants wishes for more; returns whether those outside may be let in. */
  private boolean grow(Decision<K> decision) {
    List<Ticket<K>> growing = running.stream().filter(t -> t.growth != null).toList();
    boolean all = true;
    for (Ticket<K> ticket : growing) {
      Ticket.Growth<K> wish = ticket.growth;
      String device = ticket.place.device();
      Optional<Holding<K>> there = find(wish.key(), device);
      if (there.isPresent() || room(device, wish.bytes(), Set.of(wish.key()), decision)) {
        take(ticket, there.orElseGet(() -> reserve(wish.key(), device, wish.bytes())));
        ticket.growth = null;
        decision.grown().add(ticket);
      } else if (wish.bytes() > budget(device)) {
        ticket.growth = null;
        decision.refused().add(ticket);
      } else if (!decision.closing().isEmpty()) {
        return false;
      } else {
        all = false;
      }
    }
    boolean nobodyMoves =
        !all
            && decision.grown().isEmpty()
            && running.stream().allMatch(t -> t.growth != null)
            && holdings.stream().noneMatch(h -> h.state == State.LOADING);
    if (nobodyMoves) {
      Ticket<K> last = growing.get(growing.size() - 1);
      last.growth = null;
      decision.refused().add(last);
    }
    return all;
  }

  private void admit(Decision<K> decision) {
    List<Ticket<K>> passed = new ArrayList<>();
    for (Ticket<K> ticket : List.copyOf(waiting)) {
      if (running.stream().filter(one -> one.slot).count() >= slots) {
        return;
      }
      if (overQuota(ticket)) {
        continue; // it waits for its own kind, and nobody overtakes it by that
      }
      Optional<Place<K>> place = possible(ticket);
      if (place.isEmpty()) {
        waiting.remove(ticket);
        ticket.state = Ticket.State.OVER;
        decision.refused().add(ticket);
        continue;
      }
      boolean fits = fits(place.get(), decision);
      if (!decision.closing().isEmpty()) {
        return;
      }
      if (fits) {
        waiting.remove(ticket);
        ticket.place = place.get();
        ticket.state = Ticket.State.RUNNING;
        running.add(ticket);
        decision.admitted().add(ticket);
        passed.forEach(one -> one.overtaken++);
      } else {
        passed.add(ticket);
      }
      if (passed.stream().anyMatch(one -> one.overtaken >= MAX_OVERTAKEN)) {
        return;
      }
    }
  }

  private boolean overQuota(Ticket<K> ticket) {
    Quota quota = quotas.getOrDefault(ticket.owner, Quota.NONE);
    List<Ticket<K>> its = running.stream().filter(t -> t.owner.equals(ticket.owner)).toList();
    long bytes = its.stream().mapToLong(t -> t.place.whole()).sum();
    return !its.isEmpty()
        && (its.size() >= quota.running || bytes + ticket.places.get(0).whole() > quota.bytes);
  }

  /** Returns the first place that could ever hold a job, were all idle models gone. */
  private Optional<Place<K>> possible(Ticket<K> ticket) {
    for (Place<K> place : ticket.places) {
      long needed = place.run();
      for (Map.Entry<K, Long> one : place.models().entrySet()) {
        long known = find(one.getKey(), place.device()).map(h -> h.bytes).orElse(0L);
        needed += Math.max(one.getValue(), known);
      }
      for (Holding<K> holding : holdings) {
        if (holding.pinned
            && holding.shared()
            && holding.device.equals(place.device())
            && !place.models().containsKey(holding.key)) {
          needed += holding.bytes;
        }
      }
      if (needed <= budget(place.device())) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  private boolean fits(Place<K> place, Decision<K> decision) {
    Set<K> announced = new HashSet<>();
    for (Ticket<K> ticket : running) {
      if (ticket.place.device().equals(place.device())) {
        announced.addAll(ticket.place.models().keySet());
      }
    }
    long more = place.run();
    for (Map.Entry<K, Long> one : place.models().entrySet()) {
      if (find(one.getKey(), place.device()).isEmpty() && !announced.contains(one.getKey())) {
        more += one.getValue();
      }
    }
    return room(place.device(), more, place.models().keySet(), decision);
  }

  /**
   * Returns whether so many bytes are free. If they would be without idle models, these are closed
   * first, and the answer is no for now.
   */
  private boolean room(String device, long more, Set<K> wanted, Decision<K> decision) {
    long missing = committed(device) + more - budget(device);
    if (missing <= 0) {
      return true;
    }
    List<Holding<K>> victims = victims(device, missing, wanted);
    victims.forEach(holding -> close(holding, decision));
    return false;
  }

  /** Returns idle models that are enough to free so many bytes; none if all together are not. */
  private List<Holding<K>> victims(String device, long missing, Set<K> wanted) {
    Set<K> hoped = new HashSet<>();
    waiting.forEach(t -> t.places.forEach(place -> hoped.addAll(place.models().keySet())));
    List<Holding<K>> idle =
        holdings.stream()
            .filter(h -> h.device.equals(device) && evictable(h) && !wanted.contains(h.key))
            .sorted(
                Comparator.comparing((Holding<K> h) -> hoped.contains(h.key))
                    .thenComparingLong(h -> h.lastUsed))
            .toList();
    List<Holding<K>> victims = new ArrayList<>();
    long left = missing;
    for (Holding<K> holding : idle) {
      if (left > 0) {
        victims.add(holding);
        left -= holding.bytes;
      }
    }
    return left > 0 ? List.of() : victims;
  }

  private boolean evictable(Holding<K> holding) {
    return holding.idle()
        && !holding.pinned
        && running.stream()
            .noneMatch(
                t ->
                    t.place.device().equals(holding.device)
                        && t.place.models().containsKey(holding.key));
  }

  private void close(Holding<K> holding, Decision<K> decision) {
    holding.state = State.CLOSING;
    decision.closing().add(holding);
  }

  private Holding<K> reserve(K key, String device, long bytes) {
    Holding<K> holding = new Holding<>(key, device, bytes);
    holdings.add(holding);
    return holding;
  }

  private void take(Ticket<K> ticket, Holding<K> holding) {
    holding.leases.merge(ticket, 1, Integer::sum);
  }
}
