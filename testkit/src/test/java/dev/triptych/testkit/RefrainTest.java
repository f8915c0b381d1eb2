package dev.triptych.testkit;

import dev.triptych.api.Generator;
import dev.triptych.testkit.samples.Refrain;

class RefrainTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new Refrain();
  }
}
