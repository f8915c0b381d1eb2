package org.example.throwing;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import org.osgi.service.component.annotations.Component;

/** Throws when half its work is written. */
@Component
public final class ThrowingGenerator implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("example.throwing", Phrase.of("Throwing", "抛"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) {
    try (Draft draft = job.draft("text/plain")) {
      draft.append("half a poem");
      throw new IllegalStateException("the ink is dry");
    }
  }
}
