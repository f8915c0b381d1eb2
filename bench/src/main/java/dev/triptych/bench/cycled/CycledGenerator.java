package dev.triptych.bench.cycled;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Phrase;
import dev.triptych.api.Placement;
import dev.triptych.api.Request;
import java.nio.file.Path;

/** Comes and goes, and computes with a model whose class it brings. */
public final class CycledGenerator implements Generator {
  private static final ModelSpec<Scale> SCALE =
      ModelSpec.of(
          "scale",
          ModelFiles.entry("models/scale"),
          Scale.class,
          (Path folder, Placement placement) -> Scale.read(folder.resolve("scale.txt")));

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("bench.cycled", Phrase.of("Cycled", "循环"), "text/plain").withModels(SCALE);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    try (Lease<Scale> lease = job.lease(SCALE);
        Draft text = job.draft("text/plain")) {
      text.append("The scale weighs " + lease.model().times(request.seed()) + ".\n");
      text.commit();
    }
  }
}
