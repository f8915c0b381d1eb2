package org.example.lacking;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.testkit.samples.Refrain;
import org.osgi.service.component.annotations.Component;

/** Uses a package that no host offers and that it does not contain. */
@Component
public final class LackingGenerator implements Generator {
  private final Refrain refrain = new Refrain();

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("example.lacking", Phrase.of("Lacking", "缺"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    refrain.generate(request, job);
  }
}
