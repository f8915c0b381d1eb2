package dev.triptych.models.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.models.hub.Verification.Checked;
import dev.triptych.models.hub.Verification.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding, checking and removing what is in a cache. */
class HubCacheTest {
  private static final String OLD = "a".repeat(40);
  private static final String NEW = "b".repeat(40);

  @TempDir private Path temp;

  /** Two revisions that share one file, as huggingface_hub lays them out. */
  private Path twoRevisions() throws IOException {
    Path model = Files.createDirectories(temp.resolve("cache/models--org--name"));
    put(model, OLD, "model.safetensors", "old weights");
    put(model, OLD, "config.json", "{}");
    put(model, NEW, "model.safetensors", "new weights");
    put(model, NEW, "config.json", "{}");
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), NEW);
    Files.writeString(model.resolve("refs/v1"), OLD);
    return temp.resolve("cache");
  }

  private static void put(Path model, String commit, String name, String text) throws IOException {
    Path blobs = Files.createDirectories(model.resolve("blobs"));
    Path folder = Files.createDirectories(model.resolve("snapshots").resolve(commit));
    Path blob = blobs.resolve(FaultyHub.digest(name, text.getBytes()));
    Files.writeString(blob, text);
    Files.createSymbolicLink(folder.resolve(name), folder.relativize(blob));
  }

  @Test
  void revisionsAreFoundByBranchTagAndCommit() throws Exception {
    HubCache cache = new HubCache(twoRevisions());
    Path snapshots = cache.root().resolve("models--org--name/snapshots");
    assertEquals(snapshots.resolve(NEW), cache.find(HubName.parse("org/name")).orElseThrow());
    assertEquals(snapshots.resolve(OLD), cache.find(HubName.parse("org/name@v1")).orElseThrow());
    assertEquals(
        snapshots.resolve(OLD), cache.find(HubName.parse("org/name@" + OLD)).orElseThrow());
    assertTrue(cache.find(HubName.parse("org/name@v2")).isEmpty());
    assertTrue(cache.find(HubName.parse("org/other")).isEmpty());
    assertEquals(
        List.of("org/name@v1", "org/name"),
        cache.all().stream().map(HubCache.Snapshot::name).toList());
    assertEquals(List.of(), new HubCache(temp.resolve("none")).all());
  }

  @Test
  void removingARevisionKeepsWhatTheOtherNeeds() throws Exception {
    HubCache cache = new HubCache(twoRevisions());
    long freed = cache.remove(HubName.parse("org/name@v1"));
    assertEquals("old weights".length(), freed);
    Path folder = cache.find(HubName.parse("org/name")).orElseThrow();
    assertEquals("{}", Files.readString(folder.resolve("config.json")));
    assertEquals("new weights", Files.readString(folder.resolve("model.safetensors")));
    assertThrows(HubException.class, () -> cache.remove(HubName.parse("org/name@v1")));
    assertEquals("new weights{}".length() + 40, cache.remove(HubName.parse("org/name")));
    assertFalse(Files.exists(cache.root().resolve("models--org--name")));
    assertThrows(HubException.class, () -> cache.remove(HubName.parse("org/name")));
  }

  @Test
  void removingNeverLeavesTheCache() throws Exception {
    HubCache cache = new HubCache(twoRevisions());
    Path outside = Files.createDirectories(temp.resolve("outside/snapshots").resolve(OLD));
    Path mine = Files.writeString(outside.resolve("mine.txt"), "mine");
    Path model = cache.root().resolve("models--org--name");
    Files.createSymbolicLink(model.resolve("snapshots").resolve("c".repeat(40)), outside);
    cache.remove(HubName.parse("org/name@" + "c".repeat(40)));
    Files.createSymbolicLink(model.resolve("blobs/link"), mine);
    cache.remove(HubName.parse("org/name@v1"));
    cache.remove(HubName.parse("org/name"));
    assertEquals("mine", Files.readString(mine));
    Files.createSymbolicLink(model, temp.resolve("outside"));
    cache.remove(HubName.parse("org/name"));
    assertFalse(Files.isSymbolicLink(model));
    assertEquals("mine", Files.readString(mine));
  }

  @Test
  void verificationNamesTheDamagedAndTheMissing() throws Exception {
    HubCache cache = new HubCache(twoRevisions());
    Path folder = cache.find(HubName.parse("org/name")).orElseThrow();
    assertEquals(
        Map.of("config.json", State.GOOD, "model.safetensors", State.GOOD), states(folder));
    Files.writeString(folder.resolve("model.safetensors").toRealPath(), "bad weights");
    assertEquals(State.DAMAGED, states(folder).get("model.safetensors"));
    Files.delete(folder.resolve("config.json").toRealPath());
    assertEquals(State.MISSING, states(folder).get("config.json"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"model-2.safetensors\"}}");
    assertEquals(State.MISSING, states(folder).get("model-2.safetensors"));
  }

  private static Map<String, State> states(Path folder) throws IOException {
    Map<String, State> states = new TreeMap<>();
    for (Checked one : Verification.of(folder, (name, bytes) -> {})) {
      states.put(one.name(), one.state());
    }
    return states;
  }

  @Test
  void withoutLinksANameIsACopyThatIsVerifiedToo() throws Exception {
    Path model = Files.createDirectories(temp.resolve("cache/models--org--name"));
    put(model, NEW, "config.json", "{}");
    Path folder = model.resolve("snapshots").resolve(NEW);
    Path blob = folder.resolve("config.json").toRealPath();
    Files.delete(folder.resolve("config.json"));
    Blobs.copy(folder.resolve("config.json"), blob);
    assertEquals(Map.of("config.json", State.GOOD), states(folder));
    Files.delete(folder.resolve("config.json"));
    Files.writeString(folder.resolve("config.json"), "{ }");
    assertEquals(Map.of("config.json", State.UNKNOWN), states(folder));
  }

  @Test
  void aFolderWithoutDigestsIsLookedThrough() throws Exception {
    Path golden = Path.of("src/test/golden/llama/plain");
    assertTrue(
        states(golden).values().stream().allMatch(state -> state == State.UNKNOWN),
        states(golden).toString());
    Path folder = Files.createDirectories(temp.resolve("mine"));
    Files.writeString(folder.resolve("model.safetensors"), "no weights at all");
    assertEquals(Map.of("model.safetensors", State.DAMAGED), states(folder));
  }

  @Test
  void factsComeFromConfigHeadersAndCard() throws Exception {
    Path golden = Path.of("src/test/golden/llama/plain");
    ModelFacts facts = ModelFacts.of(golden);
    assertEquals("llama", facts.kind());
    assertEquals("LlamaForCausalLM", facts.architecture());
    assertTrue(facts.parameters() > 1000, facts.toString());
    Path folder = Files.createDirectories(temp.resolve("mine"));
    Files.writeString(
        folder.resolve("README.md"), "---\r\nlicense: other\r\nlicense_name: 'free'\r\n---\r\n#");
    Files.writeString(folder.resolve("config.json"), "{\"n_positions\": 1024}");
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"Unigram\"}}");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"x\"}");
    ModelFacts mine = ModelFacts.of(folder);
    assertEquals("free", mine.license());
    assertEquals(OptionalLong.of(1024), mine.context());
    assertEquals("Unigram", mine.tokenizer());
    assertTrue(mine.chat());
    assertEquals(0, mine.parameters());
    Files.writeString(folder.resolve("config.json"), "{");
    assertThrows(IOException.class, () -> ModelFacts.of(folder));
  }
}
