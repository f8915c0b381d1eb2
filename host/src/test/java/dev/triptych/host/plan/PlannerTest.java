package dev.triptych.host.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Plan;
import dev.triptych.models.bert.ShippedEncoders;
import dev.triptych.models.ledger.ModelManager;
import dev.triptych.models.ledger.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans by the real encoders. */
class PlannerTest {
  @TempDir static Path home;
  private static ModelManager models;
  private static Planner planner;

  @BeforeAll
  static void open() throws IOException {
    models = new ModelManager(home, 1L << 30);
    planner = new Planner(models, ModelSource.hub(PlannerTest::shipped), home);
  }

  @AfterAll
  static void close() {
    models.close();
  }

  private static Optional<Path> shipped(String name) {
    try {
      return ShippedEncoders.folder(name, home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Plan plan(String prompt) throws Exception {
    return planner.plan(prompt);
  }

  @Test
  void plansSpringInBothLanguages() throws Exception {
    for (String prompt : List.of("春天", "Spring")) {
      Plan plan = plan(prompt);
      assertEquals("spring", plan.season().orElseThrow());
      assertTrue(plan.valence() > 0.2, prompt + plan);
      assertEquals("major", plan.mode().orElseThrow());
      assertEquals("spring", plan.imageryEn().get(0));
      assertTrue(plan.imagery().size() >= 4 && plan.imagery().size() <= 8, prompt + plan);
    }
    assertEquals("zh", plan("春天").language());
    assertEquals("春", plan("春天").imagery().get(0));
    assertEquals("qijue", plan("春天").form().orElseThrow());
    assertEquals("quatrain", plan("Spring").form().orElseThrow());
  }

  @Test
  void fieldsAreAsTheIssueSays() throws Exception {
    Plan plan = plan("A cup and a chair");
    assertEquals(
        List.of(
            "language",
            "mood",
            "imagery",
            "imageryEn",
            "season",
            "time",
            "style",
            "key",
            "mode",
            "tempo",
            "meter",
            "palette",
            "form"),
        List.copyOf(plan.fields().keySet()));
    assertTrue(plan.season().isEmpty(), plan.toString());
    assertTrue(Math.abs(plan.valence()) < 0.45, plan.toString());
    assertEquals(5, plan.palette().size());
    assertEquals(5, new HashSet<>(plan.palette()).size());
    assertTrue(plan.tempo().orElseThrow() >= 60 && plan.tempo().orElseThrow() <= 140);
  }

  @Test
  void moodFollowsTheWords() throws Exception {
    assertTrue(plan("我们赢了，大家又唱又跳").valence() > 0.3);
    assertTrue(plan("他死在战壕里，没有人为他哭").valence() < -0.3);
    assertTrue(plan("We won the cup and danced all night").valence() > 0.3);
    assertTrue(plan("He died in the trench and nobody wept").valence() < -0.3);
    assertTrue(plan("狂欢的摇滚演唱会").arousal() > plan("静静的湖面").arousal() + 0.4);
    assertTrue(plan("a wild rock concert").arousal() > plan("a still lake").arousal() + 0.4);
    assertEquals("minor", plan("绝望的葬礼").mode().orElseThrow());
  }

  @Test
  void whatThePromptNamesWins() throws Exception {
    Plan plan = plan("一首五律，写悲伤的葬礼，降E大调，每分钟120拍，3/4拍，水彩");
    assertEquals("wulv", plan.form().orElseThrow());
    assertEquals("Eb", plan.key().orElseThrow());
    assertEquals("major", plan.mode().orElseThrow());
    assertEquals(120, plan.tempo().orElseThrow());
    assertEquals("3/4", plan.meter().orElseThrow());
    assertEquals("watercolor", plan.style().orElseThrow());
  }

  @Test
  void keepsTheWordsThatTheLexiconLacks() throws Exception {
    assertTrue(plan("a quokka and lasagna").imagery().containsAll(List.of("quokka", "lasagna")));
    Plan convenience = plan("深夜的便利店");
    assertTrue(convenience.imagery().contains("便利店"), convenience.toString());
    assertTrue(convenience.imageryEn().contains("convenience store"), convenience.toString());
    assertEquals("night", convenience.time().orElseThrow());
  }

  @Test
  void readsEmojiByTheirNames() throws Exception {
    Plan plan = plan("🐧❄️");
    assertTrue(plan.imagery().contains("penguin"), plan.toString());
    assertEquals("winter", plan.season().orElseThrow());
    assertTrue(plan("小狗 🎂").imagery().contains("狗"), plan("小狗 🎂").toString());
  }

  @Test
  void majorityDecidesTheLanguage() throws Exception {
    assertEquals("zh", plan("用 Java 写一首关于秋天的诗").language());
    assertEquals("en", plan("write a long poem about 春天 please").language());
    assertEquals("en", plan("12345").language());
    assertEquals("zh", plan("春").language());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!",
        "😀",
        "𠮷",
        "كتاب",
        "はるがきた",
        "a",
        "。。。",
        "1 2 3",
        "٣",
        "e\u0301",
        "\u202Eabc",
        "🏳️‍🌈",
        "ﾊﾟ",
        "\uD83D\uDC69\u200D\uD83D\uDE80",
        "的"
      })
  void everyPromptHasAPlan(String prompt) throws Exception {
    Plan plan = plan(prompt);
    assertTrue(plan.imagery().size() >= 4, prompt + plan);
    assertEquals(5, plan.palette().size());
    assertEquals(plan, PlanJson.read(PlanJson.write(plan)));
  }

  @Test
  void theLongestPromptHasAPlan() throws Exception {
    assertEquals("en", plan("x ".repeat(1000)).language());
    assertEquals("zh", plan("雪".repeat(2000)).language());
  }

  @Test
  void refusesWhatIsNoPrompt() {
    assertMessage("empty", "");
    assertMessage("empty", " \n\t\u3000");
    assertMessage("empty", "\u200b");
    assertMessage("2,000", "x".repeat(1 << 20));
    assertMessage("U+0007 at position 3", "ab\u0007c");
    assertMessage("U+D83D", "\uD83D");
    assertMessage("empty", null);
  }

  private static void assertMessage(String part, String prompt) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> planner.plan(prompt));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void samePromptSamePlanAndAnotherPromptAnother() throws Exception {
    Plan plan = plan("月光下的小船");
    assertEquals(PlanJson.write(plan), PlanJson.write(plan("月光下的小船")));
    // A second planner reads the stored vectors.
    Planner second = new Planner(models, ModelSource.hub(PlannerTest::shipped), home);
    assertEquals(PlanJson.write(plan), PlanJson.write(second.plan("月光下的小船")));
    assertNotEquals(plan.palette(), plan("烈日下的沙漠").palette());
    Set<String> keys = new HashSet<>();
    for (String prompt : List.of("小船", "湖水", "花园", "书房", "茶馆", "下午", "云", "面包")) {
      keys.add(plan(prompt).key().orElseThrow());
    }
    assertTrue(keys.size() > 2, keys.toString());
  }

  @Test
  void makesDamagedVectorsAnew() throws Exception {
    Plan plan = plan("harbor");
    List<Path> stored;
    try (Stream<Path> files = Files.list(home.resolve("plan"))) {
      stored = files.toList();
    }
    for (Path file : stored) {
      Files.writeString(file, "no vectors", StandardCharsets.UTF_8);
    }
    Planner second = new Planner(models, ModelSource.hub(PlannerTest::shipped), home);
    assertEquals(plan, second.plan("harbor"));
  }

  @Test
  void paraphrasesAgreeAndOtherRowsDoNot() throws Exception {
    Lexicon lexicon = Lexicon.read();
    List<Plan> zh = new ArrayList<>();
    List<Plan> en = new ArrayList<>();
    for (String[] row : Resources.table("paraphrases.tsv", 5)) {
      Set<Image> shared = new HashSet<>(lexicon.find(Prompt.of(row[3])).images());
      shared.retainAll(lexicon.find(Prompt.of(row[4])).images());
      assertTrue(shared.isEmpty() || row[0].equals("none"), row[3]);
      if (row[0].equals("test")) {
        zh.add(plan(row[3]));
        en.add(plan(row[4]));
      }
    }
    assertEquals(20, zh.size());
    int own = 0;
    int others = 0;
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 20; j++) {
        boolean agree =
            zh.get(i).valence() >= 0 == en.get(j).valence() >= 0
                && zh.get(i).season().isPresent()
                && zh.get(i).season().equals(en.get(j).season());
        own += agree && i == j ? 1 : 0;
        others += agree && i != j ? 1 : 0;
      }
    }
    assertTrue(own >= 15, own + " of 20 pairs agree");
    assertTrue(others / 380.0 < own / 20.0 / 3, others + " of 380 other pairs agree");
  }
}
