package dev.triptych.host.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.host.web.CommandLines.Running;
import dev.triptych.host.web.CommandLines.Wish;
import dev.triptych.host.works.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Commands that other processes were given and that run in here. [any thread] */
final class Commands {
  private static final int MOST = 32;
  private static final long BEAT_MILLIS = 500;

  private final CommandLines lines;
  private final Journal journal;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  Commands(CommandLines lines, Journal journal) {
    this.lines = lines;
    this.journal = journal;
  }

  /** What a command that was run in one go said. */
  record Said(int exit, String out, String err) {
    /** Returns what it said went wrong. */
    String sentence() {
      return err.lines()
          .filter(line -> line.startsWith("triptych: "))
          .map(line -> line.substring("triptych: ".length()))
          .reduce((first, second) -> second)
          .orElse(err.strip());
    }
  }

  /** Runs a command to its end. */
  Said run(List<String> arguments, Locale language) throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, UTF_8);
    PrintStream errStream = new PrintStream(err, true, UTF_8);
    Path nowhere = Path.of("").toAbsolutePath();
    Wish wish = new Wish(Tasks.newId(), arguments, nowhere, language, false, Map.of(), new byte[0]);
    int[] exit = {1};
    lines.begin(wish, outStream, errStream, code -> exit[0] = code).await();
    return new Said(exit[0], out.toString(UTF_8), err.toString(UTF_8));
  }

  /**
   * Runs a command while its caller listens; if the caller goes, it is cancelled.
   *
   * @param hello the first line of the answer
   */
  void stream(Call call, Wish wish, Map<String, Object> hello)
      throws IOException, InterruptedException {
    if (count.incrementAndGet() > MOST) {
      count.decrementAndGet();
      throw new Refusal(429, MOST + " commands are running: try again when one is over");
    }
    try {
      journal.begin(wish.id(), note(wish));
      run(call.stream(Call.NDJSON), wish, hello);
    } finally {
      journal.end(wish.id());
      running.remove(wish.id());
      count.decrementAndGet();
    }
  }

  private void run(Call.Pieces answer, Wish wish, Map<String, Object> hello)
      throws IOException, InterruptedException {
    answer.write(CanonicalJson.write(hello) + "\n");
    Lines printed = new Lines();
    PrintStream out = printed.stream("out", false);
    PrintStream err = printed.stream("err", true);
    Running command =
        lines.begin(
            wish,
            out,
            err,
            exit -> {
              out.flush();
              err.flush();
              printed.exit(exit);
            });
    running.put(wish.id(), command);
    boolean over = false;
    try {
      while (!over) {
        Lines.Line line = printed.poll(BEAT_MILLIS);
        answer.write(line == null ? "{}\n" : line.json()); // a beat tells whether somebody listens
        over = line != null && line.last();
      }
    } finally {
      if (!over) {
        command.cancel();
        command.await();
      }
    }
  }

  /** Cancels a command; returns whether it runs. */
  boolean cancel(String id) {
    Running one = running.get(id);
    if (one != null) {
      one.cancel();
    }
    return one != null;
  }

  void cancelAll() {
    running.values().forEach(Running::cancel);
  }

  int unfinished() {
    return count.get();
  }

  private static Map<String, Object> note(Wish wish) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("id", wish.id());
    note.put("command", wish.arguments());
    return note;
  }

  /**
   * Reads what a process asks for.
   *
   * @throws Refusal if something is missing or of another kind
   */
  static Wish read(JsonNode json) {
    List<String> arguments = new ArrayList<>();
    JsonNode given = json.path("arguments");
    boolean good = given.isArray() && json.path("id").asText().matches("[0-9a-f]{8,64}");
    for (JsonNode one : given) {
      good &= one.isTextual();
      arguments.add(one.asText());
    }
    Map<String, String> environment = new LinkedHashMap<>();
    json.path("environment")
        .fields()
        .forEachRemaining(one -> environment.put(one.getKey(), one.getValue().asText()));
    try {
      Path folder = Path.of(json.path("folder").asText());
      byte[] input = Base64.getDecoder().decode(json.path("input").asText());
      if (good && folder.isAbsolute()) {
        return new Wish(
            json.path("id").asText(),
            arguments,
            folder,
            json.path("language").asText().equals("zh") ? Locale.CHINESE : Locale.ENGLISH,
            json.path("terminal").asBoolean(),
            environment,
            input);
      }
    } catch (InvalidPathException e) {
      // refused below
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "input must be base64");
    }
    throw new Refusal(
        400, "a command has an id, arguments (texts) and a folder (an absolute path)");
  }
}
