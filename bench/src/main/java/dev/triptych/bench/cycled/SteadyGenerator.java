package dev.triptych.bench.cycled;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;

/** Is asked all the time. */
public final class SteadyGenerator implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("bench.steady", Phrase.of("Steady", "不变"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    try (Draft text = job.draft("text/plain")) {
      text.append(request.prompt() + "\n");
      text.commit();
    }
  }
}
