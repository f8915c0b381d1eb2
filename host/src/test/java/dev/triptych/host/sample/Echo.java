package dev.triptych.host.sample;

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

/** Says the prompt again, and any of its lines anew. */
public final class Echo implements Generator, Revisable {
  static final Parameter.Whole LINES =
      Parameter.Whole.of("lines", Phrase.of("How many lines", "几行"), 1, 40).initially(2);
  static final Parameter.Work SOURCE =
      Parameter.Work.of("source", Phrase.of("A text to begin with", "开头的文字"), "text/plain");

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("test.echo", Phrase.of("Echo", "回声"), "text/plain")
        .withParameters(LINES, SOURCE);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    try (Draft text = job.draft("text/plain")) {
      int lines = request.get(LINES);
      for (int i = 0; i < lines; i++) {
        job.step((double) i / lines, "line " + (i + 1));
        text.append(request.prompt() + " " + request.seed() + "\n");
      }
      if (request.input(SOURCE).isPresent()) {
        text.from(request.input(SOURCE).get());
      }
      text.note("loader", getClass().getClassLoader().getClass().getSimpleName()).commit();
    }
  }

  @Override
  public List<String> parts(Artifact work) throws IOException {
    List<String> parts = new ArrayList<>();
    for (int i = 1; i <= lines(work).size(); i++) {
      parts.add("line:" + i);
    }
    return parts;
  }

  @Override
  public void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception {
    List<String> lines = lines(work);
    for (String part : redo) {
      if (!parts(work).contains(part)) {
        throw new IllegalArgumentException("there is no " + part);
      }
      lines.set(Integer.parseInt(part.substring(5)) - 1, request.prompt() + " " + request.seed());
    }
    try (Draft text = job.draft("text/plain")) {
      text.append(String.join("\n", lines) + "\n");
      text.from(work).commit();
    }
  }

  private static List<String> lines(Artifact work) throws IOException {
    try (InputStream in = work.open()) {
      return new ArrayList<>(
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }
}
