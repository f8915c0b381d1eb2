package dev.triptych.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.api.ModelFiles;
import dev.triptych.api.ModelSpec;
import dev.triptych.host.bundles.Generators;
import dev.triptych.host.bundles.Plugged;
import dev.triptych.models.hub.HubCache;
import dev.triptych.models.ledger.FileSource;
import dev.triptych.models.ledger.ModelDigests;
import dev.triptych.models.ledger.ModelSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The models that there are: those of the bundles, and those in the hub caches. */
public final class ModelCatalog {
  /**
   * A model that could be leased.
   *
   * @param name its id at the bundle, or its hub name
   * @param bytes of its weights
   * @param dtype that most of the weights have, as safetensors spells it; {@code ?} if unknown
   * @param where the bundle, or the folder
   * @param digest {@code git:} and the commit of a model from a hub, else {@code sha256:} over its
   *     files; empty if unknown
   * @param problem why it cannot be used; empty if it can
   */
  public record Row(
      String name, long bytes, String dtype, String where, String digest, String problem) {}

  private static final String MISSING = "its files are missing";
  private static final int MOST_HEADER = 100 << 20;

  private final Generators generators;
  private final SharedModels desk;
  private final HubModels hub;
  private final ModelDigests digests;
  private final ObjectMapper mapper = new ObjectMapper();

  ModelCatalog(Generators generators, SharedModels desk, HubModels hub, Path home) {
    this.generators = generators;
    this.desk = desk;
    this.hub = hub;
    this.digests = new ModelDigests(home);
  }

  /** Returns the models of bundles first, then those of the hub caches; each place once. */
  List<Row> list() throws IOException {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Plugged one : generators.all().values()) {
      for (ModelSpec<?> spec : one.descriptor().models()) {
        if (spec.files() instanceof ModelFiles.Hub name) {
          unpack(spec.id(), name.name()).ifPresent(row -> rows.put(row.where(), row));
          continue; // it is in a cache, or not there
        }
        String where =
            spec.files() instanceof ModelFiles.Entry entry
                ? one.bundle().getSymbolicName() + ":" + entry.path()
                : spec.files().toString();
        if (rows.containsKey(where)) {
          continue;
        }
        Row row = row(spec.id(), where, "", desk.source(one.bundle()), spec.files());
        boolean toBePulled =
            spec.files() instanceof ModelFiles.Hub && row.problem().equals(MISSING);
        if (!toBePulled) {
          rows.put(where, row);
        }
      }
    }
    for (HubCache.Snapshot one : hub.all()) {
      String where = one.folder().toString();
      rows.put(
          where,
          row(
              one.name(),
              where,
              "git:" + one.commit(),
              ModelSource.folders(),
              ModelFiles.folder(one.folder())));
    }
    return new ArrayList<>(rows.values());
  }

  /** Sees to it that an encoder of the program is in the cache; returns a row if that fails. */
  private Optional<Row> unpack(String id, String name) {
    try {
      hub.find(name);
      return Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.of(new Row(id, 0, "?", name, "", String.valueOf(e.getCause().getMessage())));
    }
  }

  private Row row(String name, String where, String digest, ModelSource source, ModelFiles files) {
    try {
      Map<String, FileSource> all = source.files(files);
      if (all.isEmpty()) {
        return new Row(name, 0, "?", where, digest, MISSING);
      }
      long bytes = 0;
      Map<String, Long> dtypes = new TreeMap<>();
      for (Map.Entry<String, FileSource> file : all.entrySet()) {
        if (file.getKey().endsWith(".safetensors")) {
          bytes += file.getValue().size();
          count(file.getKey(), file.getValue(), dtypes);
        }
      }
      String dtype =
          dtypes.entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElse("?");
      String known = digest.isEmpty() ? "sha256:" + digests.of(all) : digest;
      return new Row(name, bytes, dtype, where, known, "");
    } catch (IOException | IllegalArgumentException e) {
      return new Row(name, 0, "?", where, digest, String.valueOf(e.getMessage()));
    }
  }

  /** Adds the bytes of each dtype in a safetensors header: its length, then JSON. */
  private void count(String name, FileSource file, Map<String, Long> dtypes) throws IOException {
    try (InputStream in = file.open();
        DataInputStream data = new DataInputStream(in)) {
      long length = Long.reverseBytes(data.readLong());
      if (length < 2 || length > Math.min(MOST_HEADER, file.size() - 8)) {
        throw new IOException(name + " is damaged: its header has no valid length");
      }
      JsonNode header = mapper.readTree(data.readNBytes((int) length));
      for (JsonNode tensor : header) {
        JsonNode offsets = tensor.path("data_offsets");
        if (tensor.hasNonNull("dtype") && offsets.size() == 2) {
          long size = offsets.get(1).asLong() - offsets.get(0).asLong();
          dtypes.merge(tensor.get("dtype").asText(), size, Long::sum);
        }
      }
    }
  }
}
