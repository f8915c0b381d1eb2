package dev.triptych.host.sample;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;

/** Says the prompt again: the smallest generator. */
public final class Echo implements Generator {
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
}
