package dev.triptych.host.sample;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;

/** Has an id that no other generator has. */
public final class Own implements Generator {
  @Override
  public Descriptor descriptor() {
    return Descriptor.of("test.own", Phrase.of("Own", "自家"), "text/plain");
  }

  @Override
  public void generate(Request request, Job job) {}
}
