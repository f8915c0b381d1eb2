package dev.triptych.host.web;

import static dev.triptych.host.web.Access.Level.ANYBODY;
import static dev.triptych.host.web.Access.Level.KEY;
import static dev.triptych.host.web.Access.Level.SECRET;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.host.Host;
import dev.triptych.host.jobs.JobStatus;
import dev.triptych.host.works.CanonicalJson;
import dev.triptych.host.works.MediaKinds;
import dev.triptych.host.works.StoredWork;
import dev.triptych.host.works.WorkIndex;
import dev.triptych.host.works.WorkRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** What can be asked over HTTP: {@code docs/serve.md} has a line for each route. [any thread] */
final class Surface {
  private static final int MOST_WORKS = 1000;
  private static final int MOST_LISTENERS = 24;
  private static final long BEAT_MILLIS = 5_000;
  private static final long CANCEL_MILLIS = 10_000;

  private final Host host;
  private final CommandLines lines;
  private final ServeFile file;
  private final Tasks tasks;
  private final Commands commands;
  private final Orders orders;
  private final PluginCalls plugins;
  private final List<Map<?, ?>> lost;
  private int listeners;
  private long patience = -1;

  Surface(Host host, CommandLines lines, ServeFile file) throws IOException {
    this.host = host;
    this.lines = lines;
    this.file = file;
    Journal journal = new Journal(host.home());
    this.lost = journal.takeUnfinished();
    this.tasks = new Tasks(host, journal);
    this.commands = new Commands(lines, journal);
    this.orders = new Orders(host, lines);
    this.plugins = new PluginCalls(commands, host.home());
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/health", ANYBODY, call -> call.reply(200, Map.of("status", "up"))),
        new Route("GET", "/api/version", KEY, this::version),
        new Route("GET", "/api/generators", KEY, call -> plugins.ask(call, "generators")),
        new Route("POST", "/api/plans", KEY, this::plan),
        new Route("POST", "/api/triptychs", KEY, call -> begin(call, orders::triptych)),
        new Route("POST", "/api/jobs", KEY, call -> begin(call, orders::one)),
        new Route("GET", "/api/jobs", KEY, this::jobs),
        new Route("GET", "/api/running", KEY, this::running),
        new Route("GET", "/api/jobs/{}", KEY, this::job),
        new Route("GET", "/api/jobs/{}/events", KEY, this::events),
        new Route("DELETE", "/api/jobs/{}", KEY, this::cancel),
        new Route("GET", "/api/works", KEY, this::works),
        new Route("GET", "/api/works/{}", KEY, this::work),
        new Route("GET", "/api/works/{}/bytes", KEY, this::bytes),
        new Route("GET", "/api/models", KEY, call -> plugins.ask(call, "models", "list")),
        new Route("GET", "/api/plugins", KEY, call -> plugins.ask(call, "plugins", "list")),
        new Route("POST", "/api/plugins", KEY, plugins::install),
        new Route("POST", "/api/plugins/rollback", KEY, plugins::rollback),
        new Route("PUT", "/api/plugins/{}", KEY, plugins::update),
        new Route("DELETE", "/api/plugins/{}", KEY, plugins::remove),
        new Route("POST", "/api/command", SECRET, this::command),
        new Route("DELETE", "/api/command/{}", SECRET, this::cancelCommand),
        new Route("POST", "/api/stop", SECRET, this::stop));
  }

  private void version(Call call) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", file.build().replaceFirst(" .*", ""));
    json.put("pid", file.pid());
    json.put("started", Instant.ofEpochMilli(file.started()).toString());
    json.put("generators", host.generators().all().size());
    json.put("unfinished", tasks.unfinished() + commands.unfinished());
    call.reply(200, json);
  }

  private void plan(Call call) throws IOException, InterruptedException {
    String prompt = orders.prompt(call.json(), call.language());
    call.reply(200, host.plan(prompt).fields());
  }

  /** Makes a task of a body. */
  private interface Reader {
    Task read(JsonNode json, Call call) throws IOException;
  }

  private void begin(Call call, Reader reader) throws IOException {
    Task task = reader.read(call.json(), call);
    tasks.begin(task);
    call.add("Location", "/api/jobs/" + task.id());
    call.reply(202, task.json(language(call)));
  }

  private UnaryOperator<String> language(Call call) {
    return english ->
        english.isEmpty()
            ? english
            : lines.sentence(new IllegalArgumentException(english), call.language());
  }

  private void jobs(Call call) throws IOException {
    List<Object> all = new ArrayList<>();
    lost.forEach(one -> all.add(lost(one)));
    tasks.all().forEach(task -> all.add(task.json(language(call))));
    call.reply(200, all);
  }

  /** Tells of the jobs of everybody, also of commands, one for each generator that runs. */
  private void running(Call call) throws IOException {
    UnaryOperator<String> language = language(call);
    List<Object> all = new ArrayList<>();
    for (JobStatus one : host.jobs().list()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", one.id());
      json.put("generator", one.generator());
      json.put("plugin", one.plugin());
      json.put("since", one.since().toString());
      json.put("done", one.done());
      json.put("phase", language.apply(one.phase()));
      json.put("state", one.state().name().toLowerCase(Locale.ROOT));
      all.add(json);
    }
    call.reply(200, all);
  }

  private void job(Call call) throws IOException {
    for (Map<?, ?> one : lost) {
      if (call.part(0).equals(one.get("id"))) {
        call.reply(200, lost(one));
        return;
      }
    }
    call.reply(200, task(call).json(language(call)));
  }

  private static Map<String, Object> lost(Map<?, ?> note) {
    Map<String, Object> json = new LinkedHashMap<>();
    note.forEach((key, value) -> json.put(String.valueOf(key), value));
    json.put("state", "lost");
    return json;
  }

  private Task task(Call call) {
    return tasks
        .find(call.part(0))
        .orElseThrow(() -> new Refusal(404, "there is no job of this id; GET /api/jobs has them"));
  }

  /** Tells how a job gets on, as server-sent events, until it is over. */
  private void events(Call call) throws IOException, InterruptedException {
    Task task = task(call);
    synchronized (this) {
      if (listeners >= MOST_LISTENERS) {
        throw new Refusal(429, MOST_LISTENERS + " listen to jobs already: ask for the job instead");
      }
      listeners++;
    }
    try {
      Call.Pieces answer = call.stream(Call.EVENTS);
      long seen = -1;
      while (true) {
        boolean over = task.over(); // before what is said: nothing follows the last event
        long changes = task.awaitChange(seen, seen < 0 ? 0 : BEAT_MILLIS);
        String event = over ? "over" : changes == seen ? "" : "progress";
        answer.write(
            event.isEmpty()
                ? ": still here\n\n"
                : "event: "
                    + event
                    + "\ndata: "
                    + CanonicalJson.write(task.json(language(call)))
                    + "\n\n");
        seen = changes;
        if (over) {
          return;
        }
      }
    } finally {
      synchronized (this) {
        listeners--;
      }
    }
  }

  private void cancel(Call call) throws IOException {
    Task task = task(call);
    if (!task.cancel()) {
      throw new Refusal(409, "this job is over");
    }
    call.reply(202, task.json(language(call)));
  }

  private void works(Call call) throws IOException {
    String limit = call.query().getOrDefault("limit", "100");
    if (!limit.matches("\\d{1,4}") || Integer.parseInt(limit) > MOST_WORKS) {
      throw new Refusal(400, "limit must be a whole number from 0 to " + MOST_WORKS);
    }
    List<Object> all = new ArrayList<>();
    for (WorkIndex.Row row : host.works().newest(Integer.parseInt(limit))) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("id", row.artifact());
      json.put("record", row.record());
      json.put("mediaType", row.mediaType());
      json.put("generator", row.generator());
      json.put("prompt", row.prompt());
      json.put("seed", row.seed());
      json.put("made", Instant.ofEpochMilli(row.madeMillis()).toString());
      all.add(json);
    }
    call.reply(200, all);
  }

  private void work(Call call) throws IOException {
    StoredWork work = find(call);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", work.id());
    json.put("mediaType", work.mediaType());
    json.put("bytes", work.size());
    json.put("record", work.record());
    json.put("lineage", WorkRecord.json(work.lineage()));
    json.put("address", "/api/works/" + work.id() + "/bytes");
    call.reply(200, json);
  }

  private void bytes(Call call) throws IOException {
    StoredWork work = find(call);
    String name = work.id().substring(0, 12) + "." + MediaKinds.extension(work.mediaType());
    call.add("Content-Disposition", "inline; filename=\"" + name + "\"");
    call.send(200, work.mediaType(), work.bytes());
  }

  private StoredWork find(Call call) throws IOException {
    return host.works()
        .find(call.part(0))
        .orElseThrow(
            () -> new Refusal(404, "there is no work of this id; GET /api/works has them"));
  }

  private void command(Call call) throws IOException, InterruptedException {
    CommandLines.Wish wish = Commands.read(call.json());
    commands.stream(call, wish, Map.of("serve", file.pid()));
  }

  private void cancelCommand(Call call) throws IOException {
    call.reply(202, Map.of("cancelled", commands.cancel(call.part(0))));
  }

  private void stop(Call call) throws IOException {
    JsonNode json = call.json();
    long seconds = json.path("seconds").asLong(0);
    if (seconds < 0 || seconds > TimeUnit.DAYS.toSeconds(1)) {
      throw new Refusal(400, "seconds must be from 0 to 86400");
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("pid", file.pid());
    answer.put("unfinished", tasks.unfinished() + commands.unfinished());
    call.reply(202, answer);
    synchronized (this) {
      patience = TimeUnit.SECONDS.toMillis(seconds);
      notifyAll();
    }
  }

  /** Waits until somebody says stop; returns how many milliseconds jobs may take to end. */
  synchronized long awaitStop() throws InterruptedException {
    while (patience < 0) {
      wait();
    }
    return patience;
  }

  /** Waits for all that goes on, then cancels it and waits a few seconds more. */
  void drain(long millis) {
    try {
      if (!over(millis)) {
        commands.cancelAll();
        tasks.all().forEach(Task::cancel);
        over(CANCEL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean over(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long now = patience;
    while (tasks.unfinished() + commands.unfinished() > 0) {
      boolean hurried;
      synchronized (this) {
        hurried = patience >= 0 && patience < now; // stop --now after stop
      }
      if (System.nanoTime() > end || hurried) {
        return false;
      }
      Thread.sleep(20);
    }
    return true;
  }

  /** Returns a line for each thing that the host before did not finish. */
  List<String> lost() {
    return lost.stream()
        .map(note -> note.containsKey("command") ? note.get("command") : note.get("prompt"))
        .map(String::valueOf)
        .toList();
  }
}
