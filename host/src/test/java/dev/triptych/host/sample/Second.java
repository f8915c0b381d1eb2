package dev.triptych.host.sample;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;

/** Takes the id of another generator. */
public final class Second implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("test.echo", Phrase.of("Second echo", "回声二"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) {}
}
