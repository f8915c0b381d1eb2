package dev.triptych.models.ledger;

import dev.triptych.models.ledger.Holding.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A day of a machine: jobs come, lease, grow, end and are cancelled, models turn out larger, loads
 * fail, devices shrink. Every list of events is possible, so any part of one can be left out.
 *
 * <p>What is true is counted here by itself, never asked of the books.
 *
 * @param machine what the machine, the models and the plugins are like
 * @param events what happens
 */
record Scenario(long machine, List<Event> events) {
  private static final int KINDS = 15;

  /** One event; what it hits depends on what is there. */
  record Event(int kind, int which, int size) {}

  /** Returns a random day. */
  static Scenario of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Event> events = new ArrayList<>();
    int length = random.nextInt(10, 120);
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(KINDS + 8);
      events.add(
          new Event(kind < KINDS ? kind : kind % 5, random.nextInt(1000), random.nextInt(1, 1000)));
    }
    return new Scenario(seed, events);
  }

  /** Returns what went wrong, if anything did. */
  Optional<String> violation() {
    try {
      new Day().live();
      return Optional.empty();
    } catch (Broken e) {
      return Optional.of(e.getMessage());
    } catch (RuntimeException e) {
      return Optional.of("threw " + e);
    }
  }

  /** Returns the smallest scenario, by leaving out parts, that still goes wrong. */
  Scenario shrunk() {
    Scenario best = this;
    for (int part = Math.max(1, events.size() / 2); part >= 1; part /= 2) {
      for (int from = 0; from + part <= best.events.size(); ) {
        List<Event> fewer = new ArrayList<>(best.events.subList(0, from));
        fewer.addAll(best.events.subList(from + part, best.events.size()));
        Scenario tried = new Scenario(machine, fewer);
        if (tried.violation().isPresent()) {
          best = tried;
        } else {
          from += part;
        }
      }
    }
    return best;
  }

  /** A promise of the books that was not kept. */
  private static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String message) {
      super(message);
    }
  }

  /** The machine while the events happen. */
  private final class Day {
    private final SplittableRandom random = new SplittableRandom(machine * 31 + 7);
    private final List<String> devices = random.nextInt(3) == 0 ? List.of("a", "b") : List.of("a");
    private final boolean surprises = random.nextInt(3) == 0; // models larger than announced
    private final int slots = random.nextInt(1, 5);
    private final int quota = random.nextInt(4) == 0 ? 1 : 100;
    private final Map<String, Long> budgets = new LinkedHashMap<>();
    private final long[] sizes = new long[6];
    private final long[] real = new long[6];
    private final Books<Integer> books;

    private final Map<Holding<Integer>, Long> memory = new HashMap<>(); // what really is there
    private final Map<Ticket<Integer>, List<Holding<Integer>>> held = new LinkedHashMap<>();
    private final Map<Ticket<Integer>, Long> wished = new HashMap<>();
    private final Map<Ticket<Integer>, Integer> overtaken = new HashMap<>();
    private final List<Ticket<Integer>> queue = new ArrayList<>();
    private boolean shrunken;
    private boolean left;
    private long now;

    Day() {
      devices.forEach(device -> budgets.put(device, random.nextLong(800, 2000)));
      books = new Books<>(budgets, slots);
      books.quota("p0", new Books.Quota(quota, Long.MAX_VALUE));
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = random.nextLong(50, 900);
        real[i] = sizes[i] + (surprises && random.nextInt(2) == 0 ? random.nextLong(300) : 0);
      }
    }

    void live() {
      for (Event event : events) {
        happen(event);
        settle();
      }
      for (int round = 0; round < 10_000; round++) { // the evening: all that runs comes to an end
        if (books.running().isEmpty() && books.waiting().isEmpty()) {
          break;
        }
        if (books.running().isEmpty() && closing().isEmpty() && loading().isEmpty()) {
          throw new Broken("deadlock: " + books.waiting() + " wait and nothing happens");
        }
        loading().forEach(this::loaded);
        settle();
        List.copyOf(books.running()).stream()
            .filter(ticket -> ticket.growth == null)
            .findFirst()
            .ifPresent(this::end);
        closing().forEach(this::closed);
        settle();
      }
      if (!books.running().isEmpty() || !books.waiting().isEmpty()) {
        throw new Broken("deadlock: " + books.running() + " never end");
      }
      if (books.holdings().stream().anyMatch(h -> !h.leases.isEmpty())) {
        throw new Broken("a lease was never returned");
      }
    }

    private void happen(Event e) {
      switch (e.kind) {
        case 0, 1 -> arrive(e);
        case 2 -> pick(leasing(), e).ifPresent(ticket -> lease(ticket, e.size, false));
        case 3 -> pick(loading(), e).ifPresent(this::loaded);
        case 4 -> pick(leasing(), e).ifPresent(this::end);
        case 5 -> pick(leasing(), e).ifPresent(this::giveBack);
        case 6 -> pick(closing(), e).ifPresent(this::closed);
        case 7 -> pick(List.copyOf(books.waiting()), e).ifPresent(this::end);
        case 8 -> pick(loading(), e).ifPresent(this::failed);
        case 9 -> pick(leasing(), e).ifPresent(ticket -> lease(ticket, e.size, true));
        case 10 -> pick(ready(), e).ifPresent(this::pin);
        case 11 -> {
          now += e.size;
          books.expire(now, holding -> 500);
        }
        case 12 -> {
          left = true;
          pick(ready(), e).ifPresent(books::leave);
        }
        case 13 -> pick(leasing(), e).ifPresent(ticket -> books.slot(ticket, false));
        default -> {
          String device = devices.get(e.which % devices.size());
          if (e.size % 4 == 0) {
            shrunken = true;
            books.budget(device, budgets.get(device) * 2 / 3);
          }
        }
      }
    }

    private void arrive(Event e) {
      SplittableRandom dice = new SplittableRandom(e.which * 1009L + e.size);
      List<Place<Integer>> places = new ArrayList<>();
      Map<Integer, Long> models = new HashMap<>();
      for (int i = dice.nextInt(3); i > 0; i--) {
        int model = dice.nextInt(sizes.length);
        models.put(model, sizes[model]);
      }
      long run = dice.nextInt(300);
      int first = dice.nextInt(devices.size());
      for (int i = 0; i < devices.size(); i++) {
        places.add(new Place<>(devices.get((first + i) % devices.size()), models, run));
      }
      Ticket<Integer> ticket = books.arrive("p" + dice.nextInt(3), places);
      queue.add(ticket);
      overtaken.put(ticket, 0);
    }

    private void lease(Ticket<Integer> ticket, int size, boolean more) {
      List<Integer> announced = List.copyOf(ticket.place.models().keySet());
      if (!more && announced.isEmpty()) {
        return;
      }
      int model = more ? size % sizes.length : announced.get(size % announced.size());
      wished.put(ticket, sizes[model]);
      Optional<Holding<Integer>> got = books.lease(ticket, model, sizes[model]);
      if (got.isPresent()) {
        held.computeIfAbsent(ticket, t -> new ArrayList<>()).add(got.get());
        memory.putIfAbsent(got.get(), sizes[model]);
      } else if (!more) {
        boolean grew = surprises || shrunken || left;
        if (!grew && books.find(model, ticket.place.device()).isEmpty()) {
          throw new Broken(ticket + " must wait for model " + model + ", which it had announced");
        }
      }
    }

    private void loaded(Holding<Integer> holding) {
      memory.put(holding, real[holding.key]);
      if (!books.loaded(holding, real[holding.key])) {
        drop(holding);
        sizes[holding.key] = real[holding.key]; // known from now on
      }
    }

    private void failed(Holding<Integer> holding) {
      drop(holding);
    }

    private void drop(Holding<Integer> holding) {
      held.values().forEach(all -> all.removeIf(one -> one == holding));
      books.closed(holding);
      memory.remove(holding);
    }

    private void giveBack(Ticket<Integer> ticket) {
      List<Holding<Integer>> all = held.getOrDefault(ticket, List.of());
      if (!all.isEmpty()) {
        books.giveBack(ticket, all.remove(all.size() - 1), now);
      }
    }

    private void end(Ticket<Integer> ticket) {
      while (!held.getOrDefault(ticket, List.of()).isEmpty()) {
        giveBack(ticket);
      }
      books.over(ticket);
      queue.remove(ticket);
    }

    private void pin(Holding<Integer> holding) {
      holding.pinned = !holding.pinned;
    }

    private void closed(Holding<Integer> holding) {
      books.closed(holding);
      memory.remove(holding);
    }

    /** Takes decisions until there are no more, and checks each. */
    private void settle() {
      while (true) {
        Books.Decision<Integer> decision = books.advance();
        for (Holding<Integer> holding : decision.closing()) {
          if (held.values().stream().anyMatch(all -> all.contains(holding))) {
            throw new Broken(holding + " is closed while it is leased");
          }
          if (!holding.leaving && holding.pinned) {
            throw new Broken(holding + " is closed though it is pinned");
          }
          if (!holding.leaving && announced(holding)) {
            throw new Broken(holding + " is closed though a running job announced it");
          }
        }
        for (Ticket<Integer> ticket : decision.refused()) {
          if (!queue.remove(ticket)) {
            end(ticket);
          }
        }
        for (Ticket<Integer> ticket : decision.admitted()) {
          for (Ticket<Integer> earlier : queue.subList(0, queue.indexOf(ticket))) {
            if (!(earlier.owner.equals("p0") && quota == 1)) {
              overtaken.merge(earlier, 1, Integer::sum);
            }
          }
          queue.remove(ticket);
        }
        queue.forEach(
            ticket -> {
              if (overtaken.get(ticket) > Books.MAX_OVERTAKEN) {
                throw new Broken(ticket + " was overtaken too often");
              }
            });
        for (Ticket<Integer> ticket : decision.grown()) {
          Holding<Integer> holding =
              books.holdings().stream()
                  .filter(h -> h.leases.containsKey(ticket))
                  .filter(h -> count(ticket, h) < h.leases.get(ticket))
                  .findFirst()
                  .orElseThrow(() -> new Broken(ticket + " was granted nothing"));
          held.computeIfAbsent(ticket, t -> new ArrayList<>()).add(holding);
          memory.putIfAbsent(holding, wished.get(ticket));
        }
        check();
        boolean moved =
            !decision.admitted().isEmpty()
                || !decision.grown().isEmpty()
                || !decision.refused().isEmpty();
        if (!moved) {
          return;
        }
      }
    }

    private long count(Ticket<Integer> ticket, Holding<Integer> holding) {
      return held.getOrDefault(ticket, List.of()).stream().filter(h -> h == holding).count();
    }

    private void check() {
      for (String device : devices) {
        long truth = 0;
        long going = 0;
        for (Map.Entry<Holding<Integer>, Long> one : memory.entrySet()) {
          if (one.getKey().device.equals(device)) {
            truth += one.getValue();
            going +=
                one.getKey().state == State.CLOSING || one.getKey().leaving ? one.getValue() : 0;
          }
        }
        if (truth != books.taken(device)) {
          throw new Broken("the books say " + books.taken(device) + " bytes, it is " + truth);
        }
        long runs =
            books.running().stream()
                .filter(t -> t.place.device().equals(device))
                .mapToLong(t -> t.place.run())
                .sum();
        long bound = budgets.get(device) + (surprises ? going : 0);
        if (truth + runs > bound) {
          throw new Broken(truth + runs + " bytes on " + device + ", the budget is " + bound);
        }
      }
      long running = books.running().stream().filter(ticket -> ticket.slot).count();
      if (running > slots) {
        throw new Broken(running + " jobs run in " + slots + " slots");
      }
      long first = books.running().stream().filter(t -> t.owner.equals("p0")).count();
      if (first > quota) {
        throw new Broken("a plugin runs " + first + " jobs, its quota is " + quota);
      }
    }

    private boolean announced(Holding<Integer> holding) {
      return books.running().stream()
          .anyMatch(
              t ->
                  t.place.device().equals(holding.device)
                      && t.place.models().containsKey(holding.key));
    }

    private List<Ticket<Integer>> leasing() {
      return books.running().stream().filter(t -> t.growth == null).toList();
    }

    private List<Holding<Integer>> in(State state) {
      return books.holdings().stream().filter(h -> h.state == state).toList();
    }

    private List<Holding<Integer>> loading() {
      return in(State.LOADING);
    }

    private List<Holding<Integer>> closing() {
      return in(State.CLOSING);
    }

    private List<Holding<Integer>> ready() {
      return in(State.READY);
    }

    private <T> Optional<T> pick(List<T> all, Event e) {
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(e.which % all.size()));
    }
  }
}
