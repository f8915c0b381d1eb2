package dev.triptych.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.host.BundleJar;
import dev.triptych.host.origin.Shelf;
import dev.triptych.host.sample.Echo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins are searched, installed from an address, found outdated and updated. */
class PluginOriginsTest {
  @TempDir private Path temp;

  private Run run(String language, String... arguments) {
    return Run.of(
        Map.of("TRIPTYCH_HOME", temp.resolve("home").toString(), "TRIPTYCH_LANG", language),
        new byte[0],
        arguments);
  }

  private byte[] echo(String version) throws IOException {
    return Files.readAllBytes(
        BundleJar.of("test.afar", Echo.class).version(version).write(temp.resolve("afar.jar")));
  }

  @Test
  void pluginsFromAnAddressAreKeptUpToDate() throws Exception {
    String bundles = System.getProperty(Session.BUNDLES);
    System.setProperty(Session.BUNDLES, Files.createDirectories(temp.resolve("none")).toString());
    try (Shelf shelf = new Shelf()) {
      shelf.put("/afar.jar", echo("1.0.0"));
      String address = shelf.at("/afar.jar");
      Run refused = run("en", "plugins", "install", address);
      assertEquals(Main.MISTAKE, refused.exit(), refused.err());
      Run come = run("en", "plugins", "install", address, "--allow-unsigned");
      assertEquals(Main.OK, come.exit(), come.err());
      assertTrue(come.out().startsWith("test.afar  1.0.0  unsigned"), come.out());
      assertTrue(run("en", "plugins", "outdated").out().startsWith("Every plugin is"));
      shelf.put("/afar.jar", echo("1.1.0"));
      JsonNode row =
          new ObjectMapper().readTree(run("en", "plugins", "outdated", "--json").out()).get(0);
      assertEquals(address, row.get("origin").textValue());
      assertTrue(row.get("outdated").booleanValue());
      Run updated = run("en", "plugins", "update");
      assertTrue(updated.out().startsWith("test.afar  1.1.0"), updated.out() + updated.err());
      assertTrue(run("zh", "plugins", "update").out().startsWith("所有插件都与来源一致"));
      shelf.close();
      Run gone = run("zh", "plugins", "outdated");
      assertEquals(Main.FAILED, gone.exit(), gone.out());
      assertTrue(gone.err().contains("无法连接到 127.0.0.1"), gone.err());
    } finally {
      if (bundles == null) {
        System.clearProperty(Session.BUNDLES);
      } else {
        System.setProperty(Session.BUNDLES, bundles);
      }
    }
  }

  @Test
  void anIndexIsSearchedInBothLanguages() throws IOException {
    String example = Path.of("..", "docs", "plugins-index.json").toString();
    Run chinese = run("zh", "plugins", "search", "svg", "--index", example);
    assertTrue(chinese.out().startsWith("org.example.ornament  0.3.0  纹样"), chinese.out());
    Run english = run("en", "plugins", "search", "haiku", "--index", example, "--json");
    assertEquals(2, new ObjectMapper().readTree(english.out()).size());
    Run none = run("en", "plugins", "search", "haiku");
    assertEquals(Main.MISTAKE, none.exit());
    assertTrue(none.err().contains("pluginIndex"), none.err());
    Files.createDirectories(temp.resolve("home"));
    Files.writeString(
        temp.resolve("home/config.json"),
        "{\"pluginIndex\": \"index.json\", \"language\": \"en\"}");
    Files.writeString(temp.resolve("home/index.json"), "{");
    Run damaged = run("zh", "plugins", "search", "haiku");
    assertEquals(Main.MISTAKE, damaged.exit());
    assertTrue(damaged.err().contains("不是 JSON"), damaged.err());
  }
}
