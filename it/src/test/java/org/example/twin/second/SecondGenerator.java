package org.example.twin.second;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Safetensors;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Says what the weights in its bundle sum up to. */
@Component
public final class SecondGenerator implements Generator {
  static final ModelSpec<Program> WEIGHTS =
      ModelSpec.of(
          "the-second-of-two",
          ModelFiles.entry("models/second"),
          Program.class,
          (folder, placement) ->
              Program.load(
                  SecondGenerator.class,
                  List.of("total.py"),
                  Safetensors.folder(folder, "model"),
                  placement));

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("example.second", Phrase.of("Second", "second"), "text/plain")
        .withModels(WEIGHTS);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    try (Lease<Program> lease = job.lease(WEIGHTS);
        Draft draft = job.draft("text/plain")) {
      job.step(0, "summing");
      try (Tensor one = Tensor.of(new float[] {1}, 1);
          Program.Result total = lease.model().call("forward", one)) {
        draft.append(total.floats()[0] + "\n");
      }
      draft.commit();
    }
  }
}
