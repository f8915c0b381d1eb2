package dev.triptych.host.sample;

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Lease;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
import dev.triptych.models.hub.HubName;
import java.nio.file.Files;

/** Writes the config of the model that the user names. */
public final class Quoting implements Generator {
  /** A model of one file. */
  public record Config(String text) implements AutoCloseable {
    @Override
    public void close() {}
  }

  static final Parameter.Text MODEL =
      Parameter.Text.of("model", Phrase.of("A folder or a hub name", "文件夹或库名"), 1000);
  static final ModelSpec<Config> CONFIG =
      ModelSpec.of(
          "config",
          ModelFiles.hub("nobody/nothing"),
          Config.class,
          (folder, placement) -> new Config(Files.readString(folder.resolve("config.json"))));

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("test.quoting", Phrase.of("Quoting", "引用"), "text/plain")
        .withParameters(MODEL)
        .withModels(CONFIG);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    ModelSpec<Config> spec =
        request.find(MODEL).map(typed -> CONFIG.withFiles(HubName.files(typed))).orElse(CONFIG);
    try (Lease<Config> lease = job.lease(spec);
        Draft draft = job.draft("text/plain")) {
      draft.append(lease.model().text());
      draft.commit();
    }
  }
}
