package org.example.looping;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import org.osgi.service.component.annotations.Component;

/** Loops for ever without a step and hears no interrupt. */
@Component
public final class LoopingGenerator implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("example.looping", Phrase.of("Looping", "循环"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) {
    try (Draft draft = job.draft("text/plain")) {
      draft.append("half a poem");
      while (true) {
        try {
          Thread.sleep(50);
        } catch (InterruptedException e) {
          draft.note("interrupted", "and not moved");
        }
      }
    }
  }
}
