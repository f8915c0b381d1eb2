package dev.triptych.models.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The {@code decoder} of a {@code tokenizer.json}, run token by token.
 *
 * <p>Stages follow {@code tokenizers/src/decoders} of the Hugging Face tokenizers library, which
 * run on all tokens at once; each stage here keeps back what a later token may still change.
 */
final class TokenDecoder {

  /** One stage while it runs: it is given tokens in their order and hands on text. */
  private abstract static class Stage {
    abstract void accept(String token, Consumer<String> next);

    void end(Consumer<String> next) {}
  }

  /** How a stage is made for a run, and what it makes of a token in the middle of a text. */
  private record Kind(Supplier<Stage> start, UnaryOperator<String> inside) {}

  private final List<Kind> kinds = new ArrayList<>();
  private boolean byteLevel;
  private boolean byteFallback;
  private boolean fused;
  private boolean known = true;

  /** Reads the decoder; a missing one joins tokens by spaces. */
  TokenDecoder(JsonNode decoder) {
    if (decoder.isMissingNode() || decoder.isNull()) {
      kinds.add(new Kind(Spaced::new, token -> " " + token));
    } else {
      add(decoder);
    }
  }

  /** Returns whether every stage can run token by token. */
  boolean runsTokenByToken() {
    return known;
  }

  /** Returns the bytes that a token adds in the middle of a text. */
  byte[] inside(String token) {
    String text = token;
    for (Kind kind : kinds) {
      text = kind.inside().apply(text);
    }
    if (byteFallback && byteOf(token) >= 0) {
      return new byte[] {(byte) byteOf(token)};
    }
    return byteLevel ? ByteCharacters.bytes(text) : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Starts a run. */
  Run start() {
    return new Run(kinds.stream().map(kind -> kind.start().get()).toList());
  }

  private void add(JsonNode decoder) {
    switch (decoder.path("type").asText()) {
      case "Sequence" -> decoder.path("decoders").forEach(this::add);
      case "Fuse" -> fused = true;
      case "ByteLevel" -> {
        known &= !fused;
        byteLevel = true;
        fused = true;
        kinds.add(new Kind(Utf8::new, token -> token));
      }
      case "ByteFallback" -> {
        known &= !fused;
        byteFallback = true;
        kinds.add(new Kind(Fallback::new, token -> token));
      }
      case "Replace" -> {
        String from = decoder.path("pattern").path("String").asText();
        String to = decoder.path("content").asText();
        known &= !from.isEmpty() && (!fused || from.length() == 1);
        kinds.add(new Kind(() -> new Replaced(from, to), token -> token.replace(from, to)));
      }
      case "Strip" -> {
        boolean whole = fused;
        String content = decoder.path("content").asText();
        int start = decoder.path("start").asInt();
        int stop = decoder.path("stop").asInt();
        known &= content.length() == 1 && (!whole || stop == 0);
        kinds.add(
            new Kind(
                () -> new Stripped(content, start, stop, whole),
                token -> whole ? token : Stripped.strip(token, content, start, stop)));
      }
      case "Metaspace" -> {
        known &= !fused;
        String mark = decoder.path("replacement").asText("▁");
        boolean drops =
            decoder.path("prepend_scheme").isMissingNode()
                ? decoder.path("add_prefix_space").asBoolean(true)
                : !decoder.path("prepend_scheme").asText().equals("never");
        kinds.add(new Kind(() -> new Spaces(mark, drops), token -> token.replace(mark, " ")));
      }
      case "WordPiece" -> {
        known &= !fused;
        String prefix = decoder.path("prefix").asText("##");
        boolean cleanup = decoder.path("cleanup").asBoolean(true);
        kinds.add(
            new Kind(
                () -> new Words(prefix, cleanup), token -> Words.inside(token, prefix, cleanup)));
      }
      default -> known = false;
    }
  }

  private static int byteOf(String token) {
    return token.length() == 6 && token.matches("<0x[0-9A-Fa-f]{2}>")
        ? Integer.parseInt(token.substring(3, 5), 16)
        : -1;
  }

  /** The text of one row of tokens. */
  static final class Run {
    private final List<Stage> stages;

    private Run(List<Stage> stages) {
      this.stages = stages;
    }

    /** Takes a token; returns the text that no later token can change. */
    String accept(String token) {
      StringBuilder text = new StringBuilder();
      pass(0, token, text);
      return text.toString();
    }

    /** Returns the text that was kept back. */
    String end() {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < stages.size(); i++) {
        int after = i + 1;
        stages.get(i).end(token -> pass(after, token, text));
      }
      return text.toString();
    }

    private void pass(int stage, String token, StringBuilder text) {
      if (stage == stages.size()) {
        text.append(token);
      } else {
        stages.get(stage).accept(token, next -> pass(stage + 1, next, text));
      }
    }
  }

  private static final class Spaced extends Stage {
    private boolean first = true;

    @Override
    void accept(String token, Consumer<String> next) {
      next.accept(first ? token : " " + token);
      first = false;
    }
  }

  /** Byte-level tokens: a character is handed on when its last byte is there. */
  private static final class Utf8 extends Stage {
    private final Utf8Reader reader = new Utf8Reader();

    @Override
    void accept(String token, Consumer<String> next) {
      StringBuilder text = new StringBuilder();
      for (byte value : ByteCharacters.bytes(token)) {
        reader.accept(value, text);
      }
      next.accept(text.toString());
    }

    @Override
    void end(Consumer<String> next) {
      StringBuilder text = new StringBuilder();
      reader.end(text);
      next.accept(text.toString());
    }
  }

  /** Runs of {@code <0xNN>}: characters if the whole run is UTF-8, else a U+FFFD for each byte. */
  private static final class Fallback extends Stage {
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    @Override
    void accept(String token, Consumer<String> next) {
      int value = byteOf(token);
      if (value >= 0) {
        held.write(value);
      } else {
        end(next);
        next.accept(token);
      }
    }

    @Override
    void end(Consumer<String> next) {
      if (held.size() > 0) {
        byte[] bytes = held.toByteArray();
        held.reset();
        try {
          next.accept(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
          next.accept("\uFFFD".repeat(bytes.length));
        }
      }
    }
  }

  private static final class Replaced extends Stage {
    private final String from;
    private final String to;

    Replaced(String from, String to) {
      this.from = from;
      this.to = to;
    }

    @Override
    void accept(String token, Consumer<String> next) {
      next.accept(token.replace(from, to));
    }
  }

  /** A character stripped from each token, or from the start of the whole text once fused. */
  private static final class Stripped extends Stage {
    private final String content;
    private final int start;
    private final int stop;
    private final boolean whole;
    private int left;

    Stripped(String content, int start, int stop, boolean whole) {
      this.content = content;
      this.start = start;
      this.stop = stop;
      this.whole = whole;
      left = start;
    }

    @Override
    void accept(String token, Consumer<String> next) {
      if (!whole) {
        next.accept(strip(token, content, start, stop));
        return;
      }
      int from = 0;
      while (left > 0 && from < token.length()) {
        if (token.startsWith(content, from)) {
          from++;
          left--;
        } else {
          left = 0;
        }
      }
      next.accept(token.substring(from));
    }

    static String strip(String token, String content, int start, int stop) {
      int from = 0;
      while (from < Math.min(start, token.length()) && token.startsWith(content, from)) {
        from++;
      }
      int to = token.length();
      while (token.length() - to < stop && to > from && token.startsWith(content, to - 1)) {
        to--;
      }
      return token.substring(from, to);
    }
  }

  /** SentencePiece's mark of a space; the first token's marks are dropped where one was added. */
  private static final class Spaces extends Stage {
    private final String mark;
    private boolean drops;

    Spaces(String mark, boolean drops) {
      this.mark = mark;
      this.drops = drops;
    }

    @Override
    void accept(String token, Consumer<String> next) {
      next.accept(token.replace(mark, drops ? "" : " "));
      drops = false;
    }
  }

  private static final class Words extends Stage {
    private static final String[] CLEANUP = {
      " .", ".", " ?", "?", " !", "!", " ,", ",", " ' ", "'", " n't", "n't", " 'm", "'m", " do not",
      " don't", " 's", "'s", " 've", "'ve", " 're", "'re"
    };
    private final String prefix;
    private final boolean cleanup;
    private boolean first = true;

    Words(String prefix, boolean cleanup) {
      this.prefix = prefix;
      this.cleanup = cleanup;
    }

    @Override
    void accept(String token, Consumer<String> next) {
      next.accept(first ? clean(token, cleanup) : inside(token, prefix, cleanup));
      first = false;
    }

    static String inside(String token, String prefix, boolean cleanup) {
      return clean(
          token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token, cleanup);
    }

    private static String clean(String token, boolean cleanup) {
      String text = token;
      for (int i = 0; cleanup && i < CLEANUP.length; i += 2) {
        text = text.replace(CLEANUP[i], CLEANUP[i + 1]);
      }
      return text;
    }
  }
}
