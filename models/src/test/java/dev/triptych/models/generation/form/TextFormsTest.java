package dev.triptych.models.generation.form;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFormsTest {

  private static final int END = 1;
  private static final String JSON =
      """
      # a JSON value, as llama.cpp's example writes it
      root   ::= value
      value  ::= object | array | string | number | ("true" | "false" | "null") ws
      object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
      array  ::=
        "[" ws (
            value
          ("," ws value)*
        )? "]" ws
      string ::= "\\"" (
          [^"\\\\\\x7F\\x00-\\x1F]
        | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
        )* "\\"" ws
      number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,2})? ws
      ws ::= | " " | "\\n" [ \\t]{0,20}
      """;

  @TempDir private static Path folder;
  private static Tokenizer bytes; // byte-level
  private static Tokenizer pieces; // whole characters only, with a mark for spaces

  @BeforeAll
  static void load() throws IOException {
    bytes = Tokenizer.load(Path.of("src/test/golden/generation/tokenizer.json"));
    StringBuilder vocabulary = new StringBuilder("[\"<unk>\",0],[\"</s>\",0]");
    for (String piece : "▁ a b c d e 1 2 3 春 天 来 了 ▁a ▁春天 ab bc 12 : - ▁ab".split(" ")) {
      vocabulary.append(",[\"").append(piece).append("\",-1]");
    }
    String json =
        """
        {"added_tokens":[{"id":1,"content":"</s>","single_word":false,"lstrip":false,
         "rstrip":false,"normalized":false,"special":true}],
         "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true},
         "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true},
         "model":{"type":"Unigram","unk_id":0,"vocab":[%s],"byte_fallback":false}}
        """
            .formatted(vocabulary);
    pieces = Tokenizer.load(Files.writeString(folder.resolve("tokenizer.json"), json));
  }

  @AfterAll
  static void close() {
    bytes.close();
    pieces.close();
  }

  @Test
  void letsAFirstSpaceGoThatDecodingDrops() throws IOException {
    String json = Files.readString(folder.resolve("tokenizer.json")).replace("never", "always");
    Path file = Files.writeString(folder.resolve("drops.json"), json);
    try (Tokenizer drops = Tokenizer.load(file)) {
      int spaced = drops.id("▁ab");
      for (boolean whole : new boolean[] {true, false}) {
        float[] logits = new float[drops.size()];
        new TextForms(drops, whole).regex("ab", END).start().mask(logits);
        assertEquals(whole, logits[spaced] == 0);
        assertEquals(0, logits[drops.id("ab")]);
      }
    }
  }

  /** Returns a text of random allowed tokens, or null if it did not end. */
  private static String write(Constraint form, Tokenizer tokenizer, Random random, int most) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Constraint.State state = form.start();
    for (int i = 0; i < most; i++) {
      float[] logits = new float[tokenizer.size() + 3];
      state.mask(logits);
      List<Integer> allowed = new ArrayList<>();
      for (int id = 0; id < logits.length; id++) {
        if (logits[id] == 0) {
          allowed.add(id);
        }
      }
      assertFalse(allowed.isEmpty(), "stuck after " + text.toString(UTF_8));
      assertEquals(state.finished(), allowed.equals(List.of(END)));
      int id = allowed.get(random.nextInt(allowed.size()));
      if (allowed.contains(END) && random.nextInt(4) == 0) {
        id = END;
      }
      if (id == END) {
        return text.toString(UTF_8);
      }
      text.writeBytes(tokenizer.bytes(id));
      state = state.after(id);
    }
    return null;
  }

  @Test
  void writesOnlyWhatARegularExpressionMatches() {
    TextForms forms = new TextForms(bytes);
    for (String pattern :
        List.of(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}",
            "(river|wind|spring)( (river|wind|spring)){2,4}",
            "[\u4e00-\u9fff]{5}\uff0c[\u4e00-\u9fff]{5}\u3002",
            "\\p{IsHan}{3}|\\p{Lu}\\w*\\s?",
            "(a*)*b+?|\\(c\\)",
            "(\u6625|\u5929|[^a-z\\n])*",
            "\\{\"name\": \"[^\"\\\\]{1,8}\", \"ok\": (true|false)\\}",
            "[\\x{1F300}-\\x{1F5FF}\\u00e9-]+",
            "((ab?|c)(d|e*)){0,3}$",
            "",
            ".{0,12}",
            "(?:x|(?<name>y))[]^-]\\D\\.")) {
      Constraint form = forms.regex(pattern, END);
      Pattern check = Pattern.compile(pattern.replace("[]^-]", "[\\]^-]"));
      Random random = new Random(pattern.hashCode());
      int ended = 0;
      for (int i = 0; i < 40; i++) {
        String text = write(form, bytes, random, 200);
        if (text != null) {
          ended++;
          assertTrue(check.matcher(text).matches(), pattern + " wrote " + text);
        }
      }
      assertTrue(ended > 20, pattern + " ended " + ended);
    }
  }

  @Test
  void allowsEveryWayToSpellAText() {
    TextForms forms = new TextForms(bytes);
    String text = "the river, the green \u6625\u5929";
    for (String pattern : List.of(".*", "the [a-z]+, (the|a) \\w+ [\u6625\u5929]{1,2}")) {
      Constraint.State state = forms.regex(pattern, END).start();
      for (int id : bytes.encode(text)) {
        float[] logits = new float[bytes.size()];
        state.mask(logits);
        assertEquals(0, logits[id], bytes.token(id));
        state = state.after(id);
      }
      float[] logits = new float[bytes.size()];
      state.mask(logits);
      assertEquals(0, logits[END]);
    }
  }

  @Test
  void writesOnlyWhatAVocabularyOfPiecesCan() {
    TextForms forms = new TextForms(pieces);
    for (String pattern : List.of("[\u4e00-\u9fff]{2,6}", "(ab|x|bcq)+", "[^c]{3} ?", "a b: 1*-")) {
      Constraint form = forms.regex(pattern, END);
      Random random = new Random(1);
      for (int i = 0; i < 40; i++) {
        String text = write(form, pieces, random, 400);
        assertTrue(Pattern.matches(pattern, text), pattern + " wrote " + text);
      }
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> forms.regex("ax|y", END)).getMessage();
    assertTrue(message.contains("vocabulary"), message);
  }

  @Test
  void writesOnlyWhatAGrammarSays() throws IOException {
    Constraint form = new TextForms(bytes).grammar(JSON, END);
    Random random = new Random(2);
    int ended = 0;
    for (int i = 0; i < 150; i++) {
      String text = write(form, bytes, random, 60);
      if (text != null) {
        ended++;
        new ObjectMapper().readTree(text);
      }
    }
    assertTrue(ended > 40, ended + " ended");
  }

  @Test
  void nestsAsDeepAsTheTextDoes() {
    TextForms forms = new TextForms(bytes);
    Constraint.State state = forms.grammar("root ::= \"(\" root \")\" | \"x\"", END).start();
    int open = bytes.encode("(")[0];
    for (int i = 0; i < 5000; i++) {
      state = state.after(open);
    }
    float[] logits = new float[bytes.size()];
    state.mask(logits);
    assertEquals(0, logits[open]);
    assertEquals(Float.NEGATIVE_INFINITY, logits[END]);
    state = state.after(bytes.encode("x")[0]);
    for (int i = 0; i < 5000; i++) {
      assertFalse(state.finished());
      state = state.after(bytes.encode(")")[0]);
    }
    assertTrue(state.finished());
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    TextForms forms = new TextForms(bytes);
    for (String pattern :
        List.of(
            "(a",
            "a)",
            "[a",
            "a**",
            "*a",
            "a{3,2}",
            "a{99999}",
            "(?=a)",
            "(?i)a",
            "\\1",
            "a^b",
            "a$b",
            "[b-a]",
            "[\\d-z]",
            "\\p{Nope}",
            "\\u12",
            "\\x{110000}",
            "[a&&b]",
            "a\\",
            "(".repeat(300) + ")".repeat(300),
            "((a{9999}){9999}b{9999}c{9999}){9999}".repeat(9))) {
      refused(() -> forms.regex(pattern, END), pattern);
    }
    for (String grammar :
        List.of(
            "",
            "root",
            "root ::=  \"a",
            "root ::= [a",
            "root ::= (a",
            "root ::= b",
            "a ::= \"b\"",
            "root ::= \"a\"\nroot ::= \"b\"",
            "root ::= root \"a\" | \"b\"",
            "root ::= a \"x\"\na ::= \"y\"? root",
            "root ::= \"a\" root",
            "root ::= \"\\q\"",
            "root ::= <think>",
            "root ::= \"a\" )",
            "root ::= " + "(".repeat(500))) {
      refused(() -> forms.grammar(grammar, END), grammar);
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> forms.grammar("root ::= sum\nsum ::= sum \"+\" [0-9] | [0-9]"))
            .getMessage();
    assertTrue(message.contains("left-recursive") && message.contains("sum"), message);
  }

  private static void refused(org.junit.jupiter.api.function.Executable form, String text) {
    String message = assertThrows(IllegalArgumentException.class, form, text).getMessage();
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void refusesToReadInMillionsOfWays() {
    TextForms forms = new TextForms(bytes);
    StringBuilder grammar = new StringBuilder("root ::= a0\n");
    for (int i = 0; i < 40; i++) {
      grammar.append("a%d ::= a%d \"x\" | a%d \"y\"%n".formatted(i, i + 1, i + 1));
    }
    grammar.append("a40 ::= \"z\"\n");
    Constraint form = forms.grammar(grammar.toString(), END);
    refused(form::start, "exponential");
  }

  @Test
  void survivesMutatedPatternsAndGrammars() {
    TextForms forms = new TextForms(bytes);
    Random random = new Random(3);
    String regex = "^(a|[b-d\\d]{2,5})*?\\w\\u4e00(?:x|y+)[^\\n]\\.$";
    int fine = 0;
    for (int i = 0; i < 600; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? regex : JSON);
      for (int change = 0; change <= random.nextInt(4); change++) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, "()[]{}|*+?\\^$.,-\":=#an1 \n".charAt(random.nextInt(25)));
      }
      try {
        Constraint form =
            i % 2 == 0 ? forms.regex(text.toString(), END) : forms.grammar(text.toString(), END);
        write(form, bytes, random, 20);
        fine++;
      } catch (IllegalArgumentException e) {
        assertFalse(e.getMessage().isBlank());
      }
    }
    assertTrue(fine > 50 && fine < 550, fine + " were fine");
  }
}
