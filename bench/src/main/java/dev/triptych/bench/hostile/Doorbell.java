package dev.triptych.bench.hostile;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;

/** The generator in every jar that is mutated: it says the prompt. */
public final class Doorbell implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("bench.doorbell", Phrase.of("Doorbell", "门铃"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    job.step(0, "ringing");
    try (Draft text = job.draft("text/plain")) {
      text.append(request.prompt() + "\n");
      text.commit();
    }
  }
}
