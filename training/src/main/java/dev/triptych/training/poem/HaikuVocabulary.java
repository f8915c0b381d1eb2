package dev.triptych.training.poem;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The words of the haiku model: whole English words and Han characters, each with its beats.
 *
 * <p>A beat is a syllable or a character. The most frequent words of the poems are taken that the
 * table of pronunciations knows; names, archaic words and those of war and worship are left out,
 * and lines that hold any word left out are not learned.
 */
final class HaikuVocabulary {
  /** Tokens that say what follows, before the counts {@code <1>} to {@code <12>}. */
  static final List<String> CONTROL =
      List.of("<pad>", "<unk>", "<bos>", "<eos>", "<zh>", "<en>", "<kw>");

  static final int MOST_BEATS = 12;
  private static final double LEAST_ENDS = 0.06;

  /** Archaic words, and those of war and worship: no haiku wants them. */
  private static final Set<String> UNWANTED =
      set(
          "thee thou thy thine ye hath doth art wert hast shalt wilt dost ere oft nor lo thus upon"
              + " o unto hither thither whence wherefore wherein methinks twas tis o'er e'er ne'er"
              + " e'en quoth spake perchance evermore wondrous lyre woes bower wor ho ah oh god"
              + " gods lord lord's king king's kings queen sword swords war wars battle foe foes"
              + " slain blood bloody christ jesus hell devil death's sin slave slaves arms honour"
              + " honor fame glory throne crown prince knight maid maiden virgin altar nations"
              + " triumph");

  /** Words that say nothing of what a line is about. */
  private static final Set<String> EMPTY =
      set(
          "that with for his but her from you not when all was are they she who our where one have"
              + " its there what will shall then now him more yet which were may still had through"
              + " how some would can out them never while has here man let than each though too"
              + " whose again such those could these should men must ever said well till did every"
              + " good once made way only own before great many make into came over mine might"
              + " things why give been within two like your this their say know about after along"
              + " also although always among another any because behind being below beneath beside"
              + " between beyond both bring does done down either else enough even few found"
              + " further gave get given goes gone got half having hers herself himself i'll i'm"
              + " i've itself just keep kept knew known least less lest made makes maybe mere mine"
              + " most much myself near next none nothing off often other others ours out own part"
              + " perhaps put quite rather same seem seemed seems seen set since something"
              + " somewhere soon sort than that's their theirs them there's they're thing think"
              + " thought three through towards under until unless used very want wants we'll went"
              + " were whatever whether whom whole without won't you'll yours yourself");

  /**
   * A word of the model.
   *
   * @param text as it is written inside of a line, in small letters
   * @param beats syllables, or 1 for a character
   * @param theme whether it says what a line is about
   * @param ends whether a line may end with it
   */
  record Word(String text, int beats, boolean theme, boolean ends) {}

  private final Map<String, Word> words;

  private HaikuVocabulary(Map<String, Word> words) {
    this.words = words;
  }

  /**
   * Counts words.
   *
   * @param syllables English word in small letters → its syllables
   * @param english English words at most
   * @param chinese Han characters at most
   */
  static HaikuVocabulary of(
      List<Poem> poems, Map<String, Integer> syllables, int english, int chinese) {
    Map<String, int[]> en = new HashMap<>();
    Map<String, int[]> zh = new HashMap<>();
    for (Poem poem : poems) {
      for (String line : poem.lines()) {
        List<String> tokens = split(poem, line);
        for (int i = 0; i < tokens.size(); i++) {
          int[] counts = (poem.chinese() ? zh : en).computeIfAbsent(tokens.get(i), t -> new int[2]);
          counts[0]++;
          counts[1] += i == tokens.size() - 1 ? 1 : 0;
        }
      }
    }
    en.keySet().removeIf(w -> !syllables.containsKey(w) || UNWANTED.contains(w));
    Map<String, Word> words = new LinkedHashMap<>();
    for (String word : mostFrequent(en, english)) {
      int[] counts = en.get(word);
      boolean theme = word.length() > 2 && !EMPTY.contains(word);
      boolean ends = (double) counts[1] / counts[0] >= LEAST_ENDS;
      words.put(word, new Word(word, syllables.get(word), theme, ends));
    }
    for (String c : mostFrequent(zh, chinese)) {
      int[] counts = zh.get(c);
      boolean ends = (double) counts[1] / counts[0] >= LEAST_ENDS;
      words.put(c, new Word(c, 1, !Keywords.hollow(c), ends));
    }
    return new HaikuVocabulary(words);
  }

  private static List<String> mostFrequent(Map<String, int[]> counts, int most) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, int[]>comparingByValue((a, b) -> b[0] - a[0])
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Set<String> set(String words) {
    return new HashSet<>(List.of(words.split(" ")));
  }

  /** Returns the syllables of a table as plugins-text holds it: lines {@code word number rhyme}. */
  static Map<String, Integer> syllables(Path table) throws IOException {
    Map<String, Integer> syllables = new HashMap<>();
    for (String line : Files.readAllLines(table)) {
      if (!line.startsWith("#") && !line.isBlank()) {
        String[] parts = line.split(" ");
        if (parts.length != 3 || !parts[1].matches("\\d{1,2}")) {
          throw new IOException(table + ": wanted a word, its syllables and its rhyme: " + line);
        }
        if (Character.isLowerCase(parts[0].charAt(0)) || parts[0].equals("I")) {
          syllables.putIfAbsent(parts[0].toLowerCase(Locale.ROOT), Integer.parseInt(parts[1]));
        }
      }
    }
    return syllables;
  }

  /** Returns the words of a line; empty if one of them is none of ours. */
  Optional<List<Word>> line(Poem poem, String line) {
    List<Word> all = new ArrayList<>();
    for (String token : split(poem, line)) {
      Word word = words.get(token);
      if (word == null) {
        return Optional.empty();
      }
      all.add(word);
    }
    return Optional.of(all);
  }

  private static List<String> split(Poem poem, String line) {
    return poem.chinese()
        ? Keywords.characters(line)
        : Keywords.words(line).stream().map(w -> w.equals("I") ? "i" : w).toList();
  }

  /** Returns every token in the order of its id. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>(CONTROL);
    for (int beats = 1; beats <= MOST_BEATS; beats++) {
      tokens.add("<" + beats + ">");
    }
    tokens.addAll(words.keySet());
    return tokens;
  }

  /**
   * Writes {@code tokenizer.json}, words split at white space, and {@code beats.tsv}: word, beats,
   * and the letters t (a theme) and e (may end a line).
   *
   * @param notice lines that begin with {@code #}, of the table that the syllables came from
   */
  void write(Path folder, List<String> notice) throws IOException {
    Files.createDirectories(folder);
    List<String> tokens = tokens();
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    for (int id = 0; id < tokens.size() - words.size(); id++) {
      root.withArray("added_tokens")
          .addObject()
          .put("id", id)
          .put("content", tokens.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer").putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    root.putNull("post_processor").putNull("decoder");
    ObjectNode model = root.putObject("model").put("type", "WordLevel");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    model.put("unk_token", "<unk>");
    Files.writeString(folder.resolve("tokenizer.json"), json.writeValueAsString(root) + "\n");
    String rows =
        words.values().stream()
            .map(w -> w.text + "\t" + w.beats + "\t" + (w.theme ? "t" : "") + (w.ends ? "e" : ""))
            .collect(Collectors.joining("\n", "", "\n"));
    String head =
        "# word, beats (syllables or a character), t: a theme, e: may end a line; syllables from:\n"
            + notice.stream().map(line -> line + "\n").collect(Collectors.joining());
    Files.writeString(folder.resolve("beats.tsv"), head + rows);
  }
}
