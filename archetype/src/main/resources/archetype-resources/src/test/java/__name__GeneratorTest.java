package ${package};

import dev.triptych.api.Generator;
import dev.triptych.testkit.GeneratorContract;

class ${name}GeneratorTest extends GeneratorContract {
  @Override
  protected Generator generator() {
    return new ${name}Generator();
  }
}
