package dev.triptych.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** keygen, sign, trust and verify, as authors and users type them; no host is started. */
class PluginsTrustTest {
  @TempDir private Path temp;
  private Path jar;
  private Path key;
  private String language = "en";

  @BeforeEach
  void files() throws IOException {
    jar = BundleJar.of("test.echo", Echo.class).write(temp.resolve("echo.jar"));
    key = temp.resolve("acme.pem");
  }

  private Run plugins(Object... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "plugins";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return Run.of(
        Map.of("TRIPTYCH_LANG", language, "TRIPTYCH_HOME", temp.resolve("home").toString()),
        new byte[0],
        words);
  }

  private Run fine(Object... arguments) {
    Run run = plugins(arguments);
    assertEquals(Main.OK, run.exit(), run.err());
    return run;
  }

  @Test
  void anAuthorSignsAndAUserTrusts() throws Exception {
    JsonNode made = fine("keygen", "--out", key, "--json").json();
    String fingerprint = made.get("fingerprint").textValue();
    assertEquals(64, fingerprint.length());
    assertTrue(fine("sign", jar, "--key", key).out().strip().endsWith("echo.jar.sig"));
    Run stranger = plugins("verify", jar);
    assertEquals(Main.FAILED, stranger.exit());
    assertTrue(stranger.err().contains(fingerprint.substring(0, 16)), stranger.err());
    assertTrue(fine("trust", key + ".pub", "--name", "acme").out().contains(fingerprint));
    JsonNode verdict = fine("verify", jar, "--json").json();
    assertTrue(verdict.get("accepted").booleanValue());
    assertEquals("signature", verdict.get("ground").textValue());
    assertEquals(2, verdict.get("declared").size());
    assertTrue(fine("verify", jar).out().contains("signed by acme"));
    assertEquals(1, fine("trust", "--list", "--json").json().size());
    fine("trust", "--remove", fingerprint.substring(0, 16));
    assertEquals(Main.FAILED, plugins("verify", jar).exit());
  }

  @Test
  void aFileIsPinnedAsItIs() throws Exception {
    assertTrue(fine("trust", jar).out().contains("echo.jar is trusted as it is now"));
    assertEquals("pinned", fine("verify", jar, "--json").json().get("ground").textValue());
    assertTrue(fine("trust", "--list").out().startsWith("file  "));
    BundleJar.of("test.echo", Echo.class).version("1.0.1").write(jar);
    Run changed = plugins("verify", jar, "--json");
    assertEquals(Main.FAILED, changed.exit());
    assertFalse(changed.json().get("accepted").booleanValue());
    assertTrue(changed.json().get("reason").textValue().contains("is not signed"));
  }

  @Test
  void mistakesAreToldInBothLanguages() throws Exception {
    fine("keygen", "--out", key);
    Path poem = Files.writeString(temp.resolve("poem.txt"), "a poem");
    Files.writeString(temp.resolve("echo.jar.sig"), "a poem");
    for (String each : new String[] {"en", "zh"}) {
      language = each;
      assertMistake(Main.MISTAKE, plugins("keygen", "--out", key));
      assertMistake(Main.MISTAKE, plugins("sign", jar, "--key", poem));
      assertMistake(Main.MISTAKE, plugins("sign", jar));
      assertMistake(Main.MISTAKE, plugins("sign", poem.resolve("none"), "--key", key));
      assertMistake(Main.MISTAKE, plugins("trust", poem));
      assertMistake(Main.MISTAKE, plugins("trust"));
      assertMistake(Main.MISTAKE, plugins("trust", "--list", "--remove", "0123456789"));
      assertMistake(Main.MISTAKE, plugins("trust", "--remove", "0123456789"));
      assertMistake(Main.MISTAKE, plugins("verify", temp.resolve("none.jar")));
      assertMistake(Main.FAILED, plugins("verify", jar));
    }
  }

  private void assertMistake(int exit, Run run) {
    assertEquals(exit, run.exit(), run.err());
    String first = run.err().lines().findFirst().orElse("");
    assertTrue(first.startsWith("triptych: "), run.err());
    boolean chinese = first.replace(temp.toString(), "").matches(".*\\p{IsHan}{2}.*");
    assertEquals(language.equals("zh"), chinese, run.err());
  }
}
