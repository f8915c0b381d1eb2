package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.host.BundleJar;
import dev.triptych.host.sample.Echo;
import dev.triptych.host.sample.Misbehaving;
import dev.triptych.host.works.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, as a user meets it; generators are test bundles. */
class MainTest {
  @TempDir private static Path temp;
  private static Path bundles;
  private static Path plan;

  @BeforeAll
  static void bundles() throws IOException {
    bundles = Files.createDirectories(temp.resolve("bundles"));
    BundleJar.of("test.echo", Echo.class).write(bundles.resolve("echo.jar"));
    BundleJar.of("test.misbehaving", Misbehaving.class)
        .entry("models/words/words.txt", "ink")
        .write(bundles.resolve("bad.jar"));
    plan = Files.writeString(temp.resolve("spring.json"), "{\"language\": \"en\"}");
    System.setProperty(Session.BUNDLES, bundles.toString());
  }

  private static Run run(String... arguments) {
    return run(new byte[0], Map.of("TRIPTYCH_LANG", "en"), arguments);
  }

  /** Creates with a plan that is there, so that no encoder need be converted first. */
  private static Run create(String prompt, String... more) {
    List<String> arguments = new ArrayList<>(List.of("create", prompt, "--plan", plan.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(new String[0]));
  }

  private static Run run(byte[] in, Map<String, String> more, String... arguments) {
    Map<String, String> environment = new HashMap<>(more);
    environment.putIfAbsent("TRIPTYCH_HOME", temp.resolve("home").toString());
    return Run.of(environment, in, arguments);
  }

  private static void refused(String part, String... arguments) {
    Run run = run(arguments);
    assertEquals(Main.MISTAKE, run.exit(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains(part), run.err());
    String last = run.err().strip().lines().reduce((a, b) -> b).orElseThrow();
    assertTrue(last.startsWith("triptych: ") || last.startsWith("See: "), run.err());
  }

  @Test
  void createWritesAFolderWithRecordAndPage() throws Exception {
    Path out = temp.resolve("one");
    Run run =
        create(
            "spring <b>",
            "--only",
            "echo",
            "--seed",
            "7",
            "-p",
            "echo:lines=1",
            "--out",
            out.toString(),
            "--json");
    assertEquals(Main.OK, run.exit(), run.err());
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertEquals("spring <b>", json.get("prompt").textValue());
    assertEquals(7, json.get("seed").longValue());
    assertTrue(json.get("plan").isObject() && json.get("seconds").isObject());
    JsonNode work = json.get("works").get(0);
    assertEquals("test.echo", work.get("generator").textValue());
    assertEquals("text/plain", work.get("mediaType").textValue());
    Path file = Path.of(work.get("file").textValue());
    assertEquals(out.resolve("echo.txt"), file);
    assertEquals("spring <b> 7\n", Files.readString(file));
    assertEquals(work.get("sha256").textValue(), Digest.sha256(Files.readAllBytes(file)));
    assertEquals("1", work.at("/lineage/request/values/lines").textValue());
    JsonNode record = new ObjectMapper().readTree(out.resolve("triptych.json").toFile());
    assertEquals(json.get("plan"), record.get("plan"));
    String page = Files.readString(out.resolve("index.html"));
    assertTrue(page.contains("<h1>spring &lt;b&gt;</h1>"), page);
    assertFalse(page.contains("{{"), page);
    assertEquals(List.of("echo.txt", "index.html", "triptych.json"), names(out));
  }

  @Test
  void theSameSeedGivesTheSameBytesAndARandomOneIsSaid() throws Exception {
    Run one = create("sea", "--only", "echo", "--out", temp.resolve("a").toString());
    assertEquals(Main.OK, one.exit(), one.err());
    String seed = one.out().replaceAll("(?s).*Seed (\\d+).*", "$1");
    Run two =
        create("sea", "--only", "echo", "--seed", seed, "--out", temp.resolve("b").toString());
    assertEquals(Main.OK, two.exit(), two.err());
    for (String file : names(temp.resolve("a"))) {
      assertEquals(
          Files.readString(temp.resolve("a").resolve(file)),
          Files.readString(temp.resolve("b").resolve(file)));
    }
    assertTrue(one.out().startsWith("sea " + seed), one.out());
    assertTrue(one.err().contains("test.echo: line 1"), one.err());
  }

  @Test
  void oneFailureStillDeliversTheOther() throws Exception {
    Path out = temp.resolve("half");
    Run run =
        create(
            "sea",
            "--only",
            "echo,misbehaving",
            "-p",
            "misbehaving:how=throw",
            "--json",
            "--out",
            out.toString());
    assertEquals(Main.FAILED, run.exit());
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertEquals(1, json.get("works").size());
    assertTrue(json.at("/failures/test.misbehaving").textValue().contains("the ink is dry"));
    assertTrue(run.err().contains("the ink is dry"), run.err());
    assertEquals(List.of("echo.txt", "index.html", "triptych.json"), names(out));
  }

  @Test
  void onlyFailuresWriteNoFolder() throws Exception {
    Path out = temp.resolve("nothing");
    Run run =
        create(
            "x", "--only", "misbehaving", "-p", "misbehaving:how=throw", "--out", out.toString());
    assertEquals(Main.FAILED, run.exit());
    assertTrue(Files.notExists(out));
    assertTrue(names(temp).stream().noneMatch(name -> name.contains("unfinished")));
  }

  @Test
  void foldersOfOthersAreLeftAlone() throws Exception {
    Path out = Files.createDirectories(temp.resolve("others"));
    Files.writeString(out.resolve("notes.md"), "mine");
    assertEquals(Main.OK, create("x", "--only", "echo", "--out", out.toString()).exit());
    assertEquals("mine", Files.readString(out.resolve("notes.md")));
    Run again = create("y", "--only", "echo", "--out", out.toString());
    assertEquals(Main.OK, again.exit(), "our own folder may be written again");
    assertTrue(Files.readString(out.resolve("echo.txt")).startsWith("y "));
    Path page = Files.createDirectories(temp.resolve("page"));
    Files.writeString(page.resolve("index.html"), "mine");
    refused("was not made by Triptych", "create", "x", "--only", "echo", "--out", page.toString());
    assertEquals("mine", Files.readString(page.resolve("index.html")));
    assertEquals(List.of("index.html"), names(page));
  }

  @Test
  void promptsThatAreNone() {
    refused("the prompt is empty", "create", "  ");
    refused("too long", "create", "x".repeat(2_001));
    refused("character at position 2 that no text has (U+0007)", "create", "a\u0007b");
    refused("the prompt has no word", "create", "?! …");
    Run megabyte =
        run("春".repeat(350_000).getBytes(UTF_8), Map.of("TRIPTYCH_LANG", "zh"), "create", "-");
    assertEquals(Main.MISTAKE, megabyte.exit());
    assertTrue(megabyte.err().contains("题意太长"), megabyte.err());
    Run latin = run(new byte[] {'a', (byte) 0xe9}, Map.of("TRIPTYCH_LANG", "en"), "plan", "-");
    assertTrue(latin.err().contains("not UTF-8"), latin.err());
  }

  @Test
  void standardInputAndEmojiWork() {
    Run run =
        run(
            "spring 🌸\n".getBytes(UTF_8),
            Map.of("TRIPTYCH_LANG", "en"),
            "create",
            "-",
            "--only",
            "echo",
            "--plan",
            plan.toString(),
            "--out",
            temp.resolve("emoji").toString());
    assertEquals(Main.OK, run.exit(), run.err());
    assertTrue(run.out().startsWith("spring 🌸 "), run.out());
  }

  @Test
  void namesAndValuesThatAreWrong() {
    refused(
        "there is no generator test.ecco; the nearest: test.echo", "generate", "test.ecco", "x");
    refused("no parameter line; the nearest: lines", "generate", "test.echo", "x", "-p", "line=1");
    refused("from 1 to 40, not \"41\"", "generate", "test.echo", "x", "-p", "lines=41");
    refused("-p must be NAME=VALUE", "generate", "test.echo", "x", "-p", "lines");
    refused("GENERATOR:NAME=VALUE", "create", "x", "--only", "echo", "-p", "lines=3");
    refused("which does not run", "create", "x", "--only", "echo", "-p", "misbehaving:how=leak");
    refused("the seed must be", "create", "x", "--seed", "-1");
    refused("the seed must be", "create", "x", "--seed", "9007199254740992");
    refused("there is no plan in", "create", "x", "--plan", temp.resolve("none.json").toString());
    refused("there is no file", "generate", "test.echo", "x", "-p", "source=/none/such");
    refused("missing: PROMPT", "create");
    refused("--sed is not known here; the nearest: --seed", "create", "x", "--sed", "1");
    refused("say what to do");
    Run chinese =
        run(
            new byte[0],
            Map.of("TRIPTYCH_LANG", "zh_CN.UTF-8"),
            "generate",
            "test.echo",
            "x",
            "-p",
            "lines=0");
    assertTrue(chinese.err().contains("参数 lines 须为 1..40 之间的整数，而不是“0”"), chinese.err());
  }

  @Test
  void plansThatAreWrong() throws IOException {
    Path file = temp.resolve("plan.json");
    Files.writeString(file, "{\"tempo\": 5}");
    refused("the plan's field tempo", "create", "x", "--plan", file.toString());
    Files.writeString(file, "{\"tempo\"");
    refused("plan.json", "create", "x", "--plan", file.toString());
    Files.writeString(file, "{\"tempo\": 60, \"dance\": {\"steps\": 3}}");
    Run run =
        run(
            "create",
            "x",
            "--only",
            "echo",
            "--plan",
            file.toString(),
            "--json",
            "--out",
            temp.resolve("planned").toString());
    assertEquals(Main.OK, run.exit(), run.err());
    assertEquals(3, new ObjectMapper().readTree(run.out()).at("/plan/dance/steps").intValue());
  }

  @Test
  void foldersThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");
    refused("name a folder", "create", "x", "--out", file.toString());
    refused("cannot be made", "create", "x", "--out", file.resolve("below").toString());
    Run home =
        run(
            new byte[0],
            Map.of("TRIPTYCH_LANG", "en", "TRIPTYCH_HOME", file.resolve("home").toString()),
            "generators");
    assertEquals(Main.MISTAKE, home.exit());
    assertTrue(home.err().contains("set TRIPTYCH_HOME"), home.err());
  }

  @Test
  void configIsCheckedAndObeyed() throws IOException {
    Path home = Files.createDirectories(temp.resolve("configured"));
    Files.writeString(home.resolve("config.json"), "{\"language\": \"zh\"}");
    Run chinese = run(new byte[0], Map.of("TRIPTYCH_HOME", home.toString()), "create", " ");
    assertTrue(chinese.err().contains("题意是空的"), chinese.err());
    Files.writeString(home.resolve("config.json"), "{\"treads\": 2}");
    Run wrong = run(new byte[0], Map.of("TRIPTYCH_HOME", home.toString()), "generators");
    assertEquals(Main.MISTAKE, wrong.exit());
    assertTrue(wrong.err().contains("unknown setting treads"), wrong.err());
  }

  @Test
  void generatorsSayTheirParametersInBothLanguages() throws IOException {
    Run run = run("generators", "--json");
    assertEquals(Main.OK, run.exit(), run.err());
    JsonNode echo = new ObjectMapper().readTree(run.out()).get(0);
    assertEquals("test.echo", echo.get("id").textValue());
    assertEquals("回声", echo.at("/title/zh").textValue());
    JsonNode lines = echo.get("parameters").get(0);
    assertEquals("whole", lines.get("type").textValue());
    assertEquals("[1,40]", lines.get("range").toString());
    assertEquals(2, lines.get("default").intValue());
    assertEquals("几行", lines.at("/help/zh").textValue());
    assertTrue(run("generators").out().contains("-p lines=1..40 [2]  How many lines"));
  }

  @Test
  void pluginsComeAndGo() throws IOException {
    Path jar =
        BundleJar.of("test.more", dev.triptych.host.sample.Second.class)
            .write(temp.resolve("more.jar"));
    refused("--allow-unsigned", "plugins", "install", jar.toString());
    refused("taken by test.echo", "plugins", "install", jar.toString(), "--allow-unsigned");
    refused("there is no plugin test.more", "plugins", "remove", "test.more");
    refused("built in", "plugins", "remove", "test.echo");
    refused("say list, search, info, install", "plugins");
    Run list = run("plugins", "list", "--json");
    assertEquals(2, new ObjectMapper().readTree(list.out()).size());
  }

  @Test
  void aPluginIsTriedInstalledUpdatedAndGoneBackFrom() throws IOException {
    Path jar =
        BundleJar.of("test.own", dev.triptych.host.sample.Own.class).write(temp.resolve("own.jar"));
    Run tried = run("plugins", "install", jar.toString(), "--allow-unsigned", "--dry-run");
    assertEquals(Main.OK, tried.exit(), tried.err());
    assertTrue(tried.out().contains("Would install test.own 1.0.0"), tried.out());
    assertTrue(tried.out().contains("dev.triptych.api [1.0.0,2.0.0) ← triptych"), tried.out());
    refused("there is no plugin test.own", "plugins", "info", "test.own");
    refused("no earlier set", "plugins", "rollback");
    Run come = run("plugins", "install", jar.toString(), "--allow-unsigned");
    assertEquals(Main.OK, come.exit(), come.err());
    assertTrue(come.out().contains("test.own  1.0.0  unsigned"), come.out());
    BundleJar.of("test.own", dev.triptych.host.sample.Own.class).version("1.1.0").write(jar);
    Run updated = run("plugins", "update", "test.own", "--json");
    assertEquals("1.1.0", new ObjectMapper().readTree(updated.out()).get("version").textValue());
    Run info = run("plugins", "info", "test.own");
    assertTrue(info.out().contains("In set 1: 1.0.0") && info.out().contains("In set 2: 1.1.0"));
    Run would = run("plugins", "remove", "test.own", "--dry-run");
    assertTrue(would.out().contains("which brings: test.own"), would.out());
    Run back = run("plugins", "rollback");
    assertTrue(back.out().contains("test.own  1.1.0 → 1.0.0"), back.out());
    Run first = run("plugins", "rollback", "--to", "0", "--json");
    assertEquals(0, new ObjectMapper().readTree(first.out()).get("after").size());
    assertEquals(2, new ObjectMapper().readTree(run("plugins", "list", "--json").out()).size());
  }

  @Test
  void modelsAndDoctorSayWhatIsThere() throws IOException {
    Run models = run("models", "list", "--json");
    assertEquals(Main.OK, models.exit(), models.err());
    JsonNode words = new ObjectMapper().readTree(models.out()).get(0);
    assertEquals("words", words.get("name").textValue());
    assertEquals("test.misbehaving:models/words", words.get("where").textValue());
    Run doctor = run("doctor");
    assertEquals(Main.OK, doctor.exit(), doctor.out());
    assertTrue(doctor.out().contains("✓ MIDI synthesizer"), doctor.out());
  }

  private static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (var all = Files.list(folder)) {
      all.map(file -> file.getFileName().toString()).sorted().forEach(names::add);
    }
    return names;
  }
}
