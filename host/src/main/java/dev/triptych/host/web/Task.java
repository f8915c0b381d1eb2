package dev.triptych.host.web;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.Jobs.Placed;
import dev.triptych.host.jobs.Order;
import dev.triptych.host.jobs.Outcome;
import dev.triptych.host.jobs.Outcome.Fault;
import dev.triptych.host.works.StoredWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** One thing that was asked for: a work, or the works of a triptych. [any thread] */
final class Task {
  /** What one generator is asked; prompt, plan and seed are the task's. */
  record Share(String generator, UnaryOperator<Request> request) {}

  /** How far one generator is. */
  private static final class Part {
    private final String generator;
    private double done;
    private String phase = "";
    private Outcome outcome;

    Part(String generator) {
      this.generator = generator;
    }
  }

  private final String id;
  private final String prompt;
  private final long seed;
  private final Optional<String> style;
  private final List<Share> shares;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final List<Placed> placed = new ArrayList<>();
  private final long began = System.nanoTime();
  private Plan plan;
  private String failure = "";
  private String state = "planning";
  private double seconds;
  private long changes;
  private boolean cancelled;

  /**
   * A task that begins when it is run.
   *
   * @param plan empty: the host plans
   */
  Task(
      String id,
      String prompt,
      long seed,
      Optional<Plan> plan,
      Optional<String> style,
      List<Share> shares) {
    this.id = id;
    this.prompt = prompt;
    this.seed = seed;
    this.plan = plan.orElse(null);
    this.style = style;
    this.shares = shares;
    shares.forEach(share -> parts.put(share.generator, new Part(share.generator)));
  }

  /** Makes the works and returns when all is over. */
  void run(Host host) {
    String end = "failed";
    try {
      Plan chosen = plan == null ? host.plan(prompt) : plan;
      chosen = style.isPresent() ? chosen.with("style", style.get()) : chosen;
      Request request = Request.of(prompt, chosen, seed);
      synchronized (this) {
        plan = chosen;
        state = "running";
        changed();
      }
      for (Share share : shares) {
        Order order = Order.of(share.generator, share.request.apply(request));
        submit(host, order);
      }
      for (int i = 0; i < shares.size(); i++) {
        Outcome outcome = placed.get(i).await();
        synchronized (this) {
          parts.get(shares.get(i).generator).outcome = outcome;
          changed();
        }
      }
      end = ended();
    } catch (CancellationException | InterruptedException e) {
      end = "cancelled";
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        failure = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      }
    } finally {
      placed.forEach(one -> cancelUnfinished(one, host));
      synchronized (this) {
        state = end;
        seconds = (System.nanoTime() - began) / 1e9;
        changed();
      }
    }
  }

  private void submit(Host host, Order order) {
    Placed one = host.jobs().submit(order, this::progress);
    synchronized (this) {
      placed.add(one);
      if (!cancelled) {
        return;
      }
    }
    throw new CancellationException();
  }

  /** Cancels what an exception has left behind; does nothing to a job that is over. */
  private void cancelUnfinished(Placed one, Host host) {
    try {
      if (one.await(0, TimeUnit.SECONDS).isEmpty()) {
        one.cancel();
      }
    } catch (InterruptedException e) {
      one.cancel();
      Thread.currentThread().interrupt();
    }
  }

  private synchronized String ended() {
    List<Fault> faults =
        parts.values().stream()
            .flatMap(part -> part.outcome.failure().stream())
            .map(Outcome.Failure::fault)
            .toList();
    return faults.isEmpty() ? "done" : faults.contains(Fault.CANCELLED) ? "cancelled" : "failed";
  }

  /** Stops it; returns whether it was still going on. */
  boolean cancel() {
    List<Placed> all;
    synchronized (this) {
      if (over()) {
        return false;
      }
      cancelled = true;
      all = List.copyOf(placed);
    }
    all.forEach(Placed::cancel);
    return true;
  }

  private synchronized void progress(String generator, double done, String phase) {
    Part part = parts.get(generator);
    if (part != null) {
      part.done = done;
      part.phase = phase;
      changed();
    }
  }

  private void changed() {
    changes++;
    notifyAll();
  }

  String id() {
    return id;
  }

  synchronized boolean over() {
    return !state.equals("planning") && !state.equals("running");
  }

  /** Waits until something changed since, or so long; returns the number of changes. */
  synchronized long awaitChange(long since, long millis) throws InterruptedException {
    if (changes == since && !over()) {
      wait(millis);
    }
    return changes;
  }

  /** Returns what to note in the journal. */
  Map<String, Object> note() {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("id", id);
    note.put("prompt", prompt);
    note.put("seed", seed);
    note.put("generators", List.copyOf(parts.keySet()));
    return note;
  }

  /** Returns it as JSON-like maps, sentences said in the user's language. */
  synchronized Map<String, Object> json(UnaryOperator<String> language) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("state", state);
    json.put("prompt", prompt);
    json.put("seed", seed);
    if (plan != null) {
      json.put("plan", plan.fields());
    }
    json.put("parts", parts.values().stream().map(part -> json(part, language)).toList());
    if (!failure.isEmpty()) {
      json.put("error", language.apply(failure));
    }
    if (over()) {
      json.put("seconds", Math.round(seconds * 1000) / 1000.0);
    }
    return json;
  }

  private static Map<String, Object> json(Part part, UnaryOperator<String> language) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("generator", part.generator);
    json.put("done", part.done);
    json.put("phase", language.apply(part.phase));
    if (part.outcome != null) {
      json.put("works", part.outcome.works().stream().map(Task::json).toList());
      json.put("remarks", part.outcome.remarks().stream().map(language).toList());
      part.outcome
          .failure()
          .ifPresent(failure -> json.put("error", language.apply(failure.sentence())));
    }
    return json;
  }

  private static Map<String, Object> json(StoredWork work) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", work.id());
    json.put("mediaType", work.mediaType());
    json.put("bytes", work.size());
    json.put("record", work.record());
    json.put("address", "/api/works/" + work.id() + "/bytes");
    return json;
  }
}
