package org.example.steady;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import org.osgi.service.component.annotations.Component;

/** Works steadily for a while, whatever happens beside it. */
@Component
public final class SteadyGenerator implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("example.steady", Phrase.of("Steady", "稳"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    try (Draft draft = job.draft("text/plain")) {
      for (int i = 0; i < 20; i++) {
        job.step(i / 20.0, "working");
        Thread.sleep(1);
        draft.append(request.seed() + i + "\n");
      }
      draft.commit();
    }
  }
}
