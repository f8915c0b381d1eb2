package dev.triptych.testkit.samples;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The smallest whole generator: says the prompt again and again, each time from another word.
 *
 * <p>It needs no model, honours seed and cancellation, and redoes single lines.
 */
public final class Refrain implements Generator, Revisable {
  static final Parameter.Whole LINES =
      Parameter.Whole.of("lines", Phrase.of("How many lines to write", "写几行"), 1, 40).initially(4);

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("sample.refrain", Phrase.of("Refrain", "叠句"), "text/plain")
        .withSummary(Phrase.of("Says it again", "反复吟咏"))
        .withParameters(LINES);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    int lines = request.get(LINES);
    SplittableRandom random = new SplittableRandom(request.seed());
    try (Draft poem = job.draft("text/plain")) {
      for (int i = 0; i < lines; i++) {
        job.step((double) i / lines, "writing");
        poem.append(line(request.prompt(), random));
      }
      poem.commit();
    }
  }

  @Override
  public List<String> parts(Artifact work) throws IOException {
    return IntStream.rangeClosed(1, lines(work).size()).mapToObj(i -> "line:" + i).toList();
  }

  @Override
  public void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception {
    List<String> lines = new ArrayList<>(lines(work));
    List<String> parts = parts(work);
    SplittableRandom random = new SplittableRandom(request.seed());
    for (String part : redo) {
      if (!parts.contains(part)) {
        throw new IllegalArgumentException(
            "the poem has no part " + part + "; it has line:1 to line:" + lines.size());
      }
    }
    try (Draft poem = job.draft("text/plain").from(work)) {
      for (int i = 0; i < lines.size(); i++) {
        job.step((double) i / lines.size(), "rewriting");
        poem.append(redo.contains(parts.get(i)) ? line(request.prompt(), random) : lines.get(i));
      }
      poem.commit();
    }
  }

  private static String line(String prompt, SplittableRandom random) {
    String text = prompt.strip().replaceAll("\\s+", " ");
    int start = random.nextInt(text.codePointCount(0, text.length()) + 1);
    int at = text.offsetByCodePoints(0, start);
    return text.substring(at) + " " + text.substring(0, at) + "\n";
  }

  private static List<String> lines(Artifact work) throws IOException {
    if (!work.mediaType().equals("text/plain")) {
      throw new IllegalArgumentException("a " + work.mediaType() + " is no refrain");
    }
    try (InputStream in = work.open()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line + "\n").toList();
    }
  }
}
