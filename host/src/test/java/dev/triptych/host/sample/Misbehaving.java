package dev.triptych.host.sample;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Does wrong what can be done wrong, one way a choice. */
public final class Misbehaving implements Generator {
  /** A model of one file, which counts how often it is closed. */
  public record Words(String text) implements AutoCloseable {
    @Override
    public void close() {}
  }

  static final Parameter.Choice HOW =
      Parameter.Choice.of(
          "how",
          Phrase.of("What to do wrong", "怎样犯错"),
          "throw",
          "mistake",
          "overflow",
          "memory",
          "lacks",
          "leak",
          "nothing",
          "loop",
          "deaf",
          "slow",
          "undeclared",
          "late",
          "mute",
          "other");
  static final ModelSpec<Words> WORDS = words("words", "models/words");

  private static ModelSpec<Words> words(String id, String path) {
    return ModelSpec.of(
        id,
        ModelFiles.entry(path),
        Words.class,
        (Path folder, dev.triptych.api.Placement placement) ->
            new Words(Files.readString(folder.resolve("words.txt"))));
  }

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("test.misbehaving", Phrase.of("Misbehaving", "捣乱"), "text/plain")
        .withParameters(HOW)
        .withModels(WORDS);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    switch (request.find(HOW).orElseThrow()) {
      case "throw" -> throw new java.io.IOException("the ink is dry");
      case "mistake" -> throw new IllegalArgumentException("no poem has 0 lines");
      case "overflow" -> overflow(0);
      case "memory" -> memory();
      case "lacks" -> throw new NoClassDefFoundError("org/elsewhere/Missing");
      case "leak" -> leak(job);
      case "loop" -> {
        for (long i = 0; ; i++) {
          job.step(0.5, "looping");
          Thread.sleep(1);
        }
      }
      case "deaf" -> {
        while (!Thread.interrupted()) {
          Thread.onSpinWait(); // takes no step; the test ends it
        }
      }
      case "slow" -> {
        for (long i = 0; ; i++) {
          job.step(0.5, "looping");
          Thread.sleep(600);
        }
      }
      case "undeclared" -> job.lease(words("other", "models/words")).close();
      case "late" -> {
        try (Lease<Words> lease = job.lease(WORDS)) {
          lease.model();
        }
        Draft draft = job.draft("text/plain");
        draft.append("once");
        draft.commit();
        draft.append("more");
      }
      case "mute" -> job.draft("text/plain").commit();
      case "other" -> {
        try (Draft draft = job.draft("audio/midi")) {
          draft.append("this is no MIDI");
          draft.commit();
        }
      }
      default -> {}
    }
  }

  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  private static void memory() {
    List<byte[]> all = new ArrayList<>();
    while (true) {
      all.add(new byte[Integer.MAX_VALUE - 8]);
    }
  }

  private static void leak(Job job) throws Exception {
    Lease<Words> lease = job.lease(WORDS);
    job.draft("text/plain").append("never kept");
    try (Draft draft = job.draft("text/plain")) {
      draft.append(lease.model().text());
      draft.commit();
    }
  }
}
