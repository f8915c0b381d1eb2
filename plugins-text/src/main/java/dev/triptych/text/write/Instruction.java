package dev.triptych.text.write;

import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a model is told: the kind of text, the prompt, and the plan's mood, images, season and time.
 */
final class Instruction {
  private static final Map<String, String> CHINESE =
      Map.of(
          "spring", "春天", "summer", "夏天", "autumn", "秋天", "winter", "冬天", "dawn", "黎明", "morning",
          "早晨", "day", "白天", "dusk", "黄昏", "night", "夜晚");

  private static final Map<String, String> FORMS =
      Map.of("wujue", "五言绝句", "qijue", "七言绝句", "wulv", "五言律诗", "qilv", "七言律诗");

  private static final Map<String, String> ENGLISH_FORMS =
      Map.of(
          "quatrain", "quatrain that rhymes ABAB",
          "couplets", "pair of rhyming couplets",
          "ballad", "ballad stanza that rhymes ABAB");

  private final Kind kind;
  private final String form;
  private final String prompt;
  private final Plan plan;
  private final boolean chinese;

  Instruction(Kind kind, Request request) {
    this(kind, request, "");
  }

  /**
   * Takes what is to be written.
   *
   * @param form of verse, which says in which language; none if empty
   */
  Instruction(Kind kind, Request request, String form) {
    this.kind = kind;
    this.form = form;
    prompt = request.prompt();
    plan = request.plan();
    chinese = form.isEmpty() ? plan.language().equals("zh") : FORMS.containsKey(form);
  }

  /** Returns the words for a model that was made to be told. */
  String told() {
    if (!kind.followsPlan()) {
      return kind.instruction(prompt, chinese);
    }
    List<String> sentences = new ArrayList<>(List.of(named(kind.instruction(prompt, chinese))));
    sentences.addAll(facts());
    sentences.add(chinese ? "请用中文写，只给出正文。" : "Write in English, and give the text only.");
    return chinese ? String.join("", sentences) : String.join("\n", sentences);
  }

  /** Returns the text that a model without a chat template goes on from. */
  String beginning() {
    String beginning = named(kind.beginning(prompt, chinese));
    List<String> facts = kind.followsPlan() ? facts() : List.of();
    return facts.isEmpty()
        ? beginning
        : (chinese ? "（" + String.join("", facts) + "）" : "(" + String.join(" ", facts) + ")")
            + "\n"
            + beginning;
  }

  /** Names the form where a poem is named. */
  private String named(String text) {
    if (ENGLISH_FORMS.containsKey(form)) {
      return text.replaceFirst("([Aa]) poem", "$1 " + ENGLISH_FORMS.get(form));
    }
    String name = FORMS.getOrDefault(form, "诗");
    return form.isEmpty()
        ? text
        : text.replace("一首诗", "一首" + name).replace("\n诗\n", "\n" + name + "\n");
  }

  private List<String> facts() {
    List<String> facts = new ArrayList<>();
    List<String> images = chinese || plan.imageryEn().isEmpty() ? plan.imagery() : plan.imageryEn();
    if (plan.field("mood").isPresent()) {
      facts.add(chinese ? "情绪：" + mood() + "。" : "Mood: " + mood() + ".");
    }
    if (!images.isEmpty()) {
      facts.add(
          chinese
              ? "意象：" + String.join("、", images) + "。"
              : "Images: " + String.join(", ", images) + ".");
    }
    plan.season().ifPresent(s -> facts.add(chinese ? "季节：" + word(s) + "。" : "Season: " + s + "."));
    plan.time().ifPresent(t -> facts.add(chinese ? "时间：" + word(t) + "。" : "Time: " + t + "."));
    return facts;
  }

  private String word(String fact) {
    return CHINESE.getOrDefault(fact, fact);
  }

  private String mood() {
    String valence =
        plan.valence() > 0.2
            ? chinese ? "喜悦" : "glad"
            : plan.valence() < -0.2 ? chinese ? "忧伤" : "sad" : "";
    String arousal =
        plan.arousal() > 0.2
            ? chinese ? "热烈" : "lively"
            : plan.arousal() < -0.2 ? chinese ? "宁静" : "calm" : "";
    String both = valence + (valence.isEmpty() || arousal.isEmpty() ? "" : chinese ? "而" : " and ");
    String mood = both + arousal;
    return mood.isEmpty() ? chinese ? "平和" : "even" : mood;
  }
}
