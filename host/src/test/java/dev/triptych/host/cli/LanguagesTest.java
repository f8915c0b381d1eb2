package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import dev.triptych.models.ledger.Devices;
import dev.triptych.models.safetensors.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user does wrong is told in one sentence, Chinese or English. */
class LanguagesTest {
  @TempDir private static Path temp;

  private record Told(int exit, String sentence) {}

  @BeforeAll
  static void files() throws IOException {
    Path bundles = Files.createDirectories(temp.resolve("bundles"));
    BundleJar.of("test.echo", Echo.class).write(bundles.resolve("echo.jar"));
    System.setProperty(Session.BUNDLES, bundles.toString());
    write("fine.json", "{\"language\": \"en\"}");
    write("broken.json", "{\"language\": ");
    write("null.json", "null");
    write("tempo.json", "{\"tempo\": 9000}");
    write("season.json", "{\"season\": \"monsoon\"}");
    write("mood.json", "{\"mood\": {\"valence\": 2}}");
    write("palette.json", "{\"palette\": [\"red\"]}");
    write("key.json", "{\"key\": \"H\"}");
    write("imagery.json", "{\"imagery\": \"moon\"}");
    write("file", "no jar");
    for (String language : List.of("fr", "3")) {
      write("home-" + language + "/config.json", "{\"language\": \"" + language + "\"}");
    }
    write("home-broken/config.json", "{");
    write("home-unknown/config.json", "{\"colour\": 1}");
    write("home-threads/config.json", "{\"threads\": 0}");
  }

  private static void write(String name, String text) throws IOException {
    Files.createDirectories(temp.resolve(name).getParent());
    Files.writeString(temp.resolve(name), text);
  }

  /** Command lines; {@code @} stands for the folder of files, a first word home:NAME for a home. */
  static Stream<List<String>> mistakes() {
    String fine = "@/fine.json";
    return Stream.of(
        List.of("create", ""),
        List.of("create", "x".repeat(2001)),
        List.of("create", "bell\u0007"),
        List.of("create", "!?"),
        List.of("create"),
        List.of("create", "x", "--seed", "-1"),
        List.of("create", "x", "--seed", "9007199254740992"),
        List.of("create", "x", "--seed", "seven"),
        List.of("create", "x", "--seed"),
        List.of("create", "x", "--seed", "1", "--seed", "2"),
        List.of("create", "x", "--quiet=perhaps"),
        List.of("create", "x", "--plan", "@/none.json"),
        List.of("create", "x", "--plan", "@/broken.json"),
        List.of("create", "x", "--plan", "@/null.json"),
        List.of("create", "x", "--plan", "@/tempo.json"),
        List.of("create", "x", "--plan", "@/season.json"),
        List.of("create", "x", "--plan", "@/mood.json"),
        List.of("create", "x", "--plan", "@/palette.json"),
        List.of("create", "x", "--plan", "@/key.json"),
        List.of("create", "x", "--plan", "@/imagery.json"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "--style", "x".repeat(101)),
        List.of("create", "x", "--plan", fine, "--only", "opera"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "lines"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "lines=1"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "echo:lines=99"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "echo:lines=few"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "echo:verses=1"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "echo:source=@/none.txt"),
        List.of("create", "x", "--plan", fine, "--only", "echo", "-p", "opera:lines=1"),
        List.of("create", "x", "--out", "@/file"),
        List.of("create", "x", "--out", "@/file/below"),
        List.of("home:file/home", "generators"),
        List.of("home:home-fr", "generators"),
        List.of("home:home-3", "generators"),
        List.of("home:home-broken", "generators"),
        List.of("home:home-unknown", "generators"),
        List.of("home:home-threads", "generators"),
        List.of("generate", "opera", "x"),
        List.of("plugins"),
        List.of("plugins", "install", "@/file"),
        List.of("plugins", "install", "@/file", "--allow-unsigned"),
        List.of("plugins", "install", "@/none.jar", "--allow-unsigned"),
        List.of("plugins", "remove", "nobody"),
        List.of("plugins", "dev"),
        List.of("plugins", "dev", "@/none"),
        List.of("plugins", "dev", "@/bundles"),
        List.of("plugins", "remove", "test.echo"),
        List.of("models"),
        List.of("paint", "x"),
        List.of("create", "x", "--sead", "7"),
        List.of());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsToldInTheUsersLanguage(List<String> arguments) {
    Told english = tell("en", arguments);
    Told chinese = tell("zh", arguments);
    assertEquals(Main.MISTAKE, english.exit, english.sentence);
    assertEquals(Main.MISTAKE, chinese.exit, chinese.sentence);
    assertFalse(english.sentence.matches("(?s).*\\p{IsHan}.*"), english.sentence);
    chinese(chinese.sentence);
  }

  @Test
  void whatModelsAndPluginsThrowIsToldInTheUsersLanguage() throws IOException {
    Path cut = temp.resolve("model.safetensors");
    Files.write(cut, new byte[] {9});
    chinese(said(assertThrows(IOException.class, () -> Safetensors.open(cut))));
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}";
    ByteBuffer bytes = ByteBuffer.allocate(12 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(UTF_8));
    Files.write(cut, bytes.array());
    String truncated = said(assertThrows(IOException.class, () -> Safetensors.open(cut)));
    assertTrue(truncated.contains("截断"), truncated);
    chinese(truncated);
    Path none = temp.resolve("no-folder");
    chinese(said(assertThrows(IOException.class, () -> Safetensors.folder(none, "model"))));
    chinese(said(assertThrows(RuntimeException.class, () -> Devices.choose("tpu"))));
    chinese(said(assertThrows(RuntimeException.class, () -> Plan.of(Map.of("meter", "x")))));
    chinese(
        said(new IOException("the index of works a.db cannot be used: No space left on device")));
  }

  private static String said(Throwable failure) {
    return session("zh", "home", new ByteArrayOutputStream()).say(failure);
  }

  /** One sentence, and no English in it; names of files, options and fields may stand in it. */
  private static void chinese(String sentence) {
    assertNotEquals("", sentence);
    String plain = sentence.replace(temp.toString(), "").replaceAll("“.*?”", "");
    assertTrue(plain.matches("(?s).*\\p{IsHan}{2}.*"), sentence);
    assertFalse(plain.matches("(?s).*[A-Za-z]{2,} [A-Za-z]+ [A-Za-z]{2,}.*"), sentence);
    assertFalse(sentence.strip().contains("\n"), sentence);
  }

  private static Session session(String language, String home, ByteArrayOutputStream err) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            Map.of("TRIPTYCH_LANG", language, "TRIPTYCH_HOME", temp.resolve(home).toString()));
    return new Session(console, null, Messages.choose(console.environment(), Optional.empty()));
  }

  /** Runs a command line; of what it told, the sentence that begins with the program's name. */
  private static Told tell(String language, List<String> arguments) {
    String home = "home";
    List<String> words = arguments.stream().map(one -> one.replace("@", temp.toString())).toList();
    if (!words.isEmpty() && words.get(0).startsWith("home:")) {
      home = words.get(0).substring(5);
      words = words.subList(1, words.size());
    }
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Stop never = new Stop();
    Console console = session(language, home, err).console();
    int exit = Main.run(console, never, words.toArray(new String[0]));
    never.disarm();
    List<String> told =
        err.toString(UTF_8).lines().filter(line -> line.startsWith("triptych: ")).toList();
    assertEquals(1, told.size(), err.toString(UTF_8));
    return new Told(exit, told.get(0).substring("triptych: ".length()));
  }
}
