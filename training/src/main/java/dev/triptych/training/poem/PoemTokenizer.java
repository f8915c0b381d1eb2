package dev.triptych.training.poem;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the poem model's {@code tokenizer.json}: control tokens, one token a Han character, and
 * byte pair merges for English words, each with the space before it.
 */
final class PoemTokenizer {
  /** Tokens that say what follows; the rhyme groups of the corpus come after them. */
  static final List<String> CONTROL =
      List.of(
          "<pad>",
          "<unk>",
          "<bos>",
          "<eos>",
          "<wujue>",
          "<qijue>",
          "<wulv>",
          "<qilv>",
          "<quatrain>",
          "<free>",
          "<kw>",
          "<title>",
          "<body>",
          "<plan>",
          "<end>",
          "<line>");

  private static final String SPACE = "▁";
  private static final String STOPS = ",.;:!?-";
  private static final Pattern PIECE = Pattern.compile("▁?[A-Za-z']+");

  private PoemTokenizer() {}

  /**
   * Writes the tokenizer learned from these poems.
   *
   * @param leastSeen how often a Han character must stand in the poems to be a token
   * @param merges number of merges for English
   */
  static void write(List<Poem> poems, int leastSeen, int merges, Path file) throws IOException {
    Map<String, Integer> han = new TreeMap<>();
    Map<String, Integer> words = new HashMap<>();
    Set<String> tokens = new LinkedHashSet<>(CONTROL);
    Set<String> rhymes = new TreeSet<>();
    for (Poem poem : poems) {
      if (!poem.rhyme().isEmpty()) {
        rhymes.add("<" + poem.rhyme() + ">");
      }
      for (String line : poem.lines()) {
        if (poem.chinese()) {
          Keywords.characters(line).forEach(c -> han.merge(c, 1, Integer::sum));
        } else {
          Matcher m = PIECE.matcher((" " + line).replace(" ", SPACE));
          while (m.find()) {
            words.merge(m.group(), 1, Integer::sum);
          }
        }
      }
    }
    tokens.addAll(rhymes);
    int special = tokens.size();
    tokens.add(SPACE);
    Keywords.characters(STOPS + "'").forEach(tokens::add);
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.add(String.valueOf(c));
      tokens.add(String.valueOf(Character.toUpperCase(c)));
    }
    han.forEach(
        (c, count) -> {
          if (count >= leastSeen) {
            tokens.add(c);
          }
        });
    words.values().removeIf(count -> count < 2);
    List<String[]> learned = new BpeTrainer(words).merges(merges);
    learned.forEach(pair -> tokens.add(pair[0] + pair[1]));
    save(tokens, special, learned, file);
  }

  private static void save(Set<String> tokens, int special, List<String[]> merges, Path file)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    root.putNull("normalizer");
    ObjectNode before = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode steps = before.putArray("pretokenizers");
    metaspace(steps.addObject());
    steps
        .addObject()
        .put("type", "Split")
        .put("behavior", "Isolated")
        .put("invert", false)
        .putObject("pattern")
        .put("Regex", "[" + STOPS + "]");
    root.putNull("post_processor");
    metaspace(root.putObject("decoder"));
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.putNull("dropout").put("unk_token", "<unk>").putNull("continuing_subword_prefix");
    model.putNull("end_of_word_suffix").put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    int id = 0;
    for (String token : tokens) {
      if (id < special) {
        added
            .addObject()
            .put("id", id)
            .put("content", token)
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", true);
      }
      vocabulary.put(token, id++);
    }
    ArrayNode joins = model.putArray("merges");
    merges.forEach(pair -> joins.add(pair[0] + " " + pair[1]));
    Path unfinished = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(unfinished, mapper.writeValueAsString(root));
    Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void metaspace(ObjectNode node) {
    node.put("type", "Metaspace").put("replacement", SPACE).put("prepend_scheme", "never");
    node.put("split", true);
  }
}
