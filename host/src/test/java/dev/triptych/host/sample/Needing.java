package dev.triptych.host.sample;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;

/** Throws when it is made. */
public final class Needing implements Generator {
  public Needing() {
    throw new IllegalStateException("the brush is lost");
  }

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("test.needing", Phrase.of("Needing", "有所需"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) {}
}
