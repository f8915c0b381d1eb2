package org.example.bigram;

import dev.triptych.api.Generator;
import dev.triptych.testkit.GeneratorContract;

class BigramGeneratorTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new BigramGenerator();
  }
}
