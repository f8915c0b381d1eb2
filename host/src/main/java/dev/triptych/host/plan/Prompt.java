package dev.triptych.host.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * A prompt that may be planned: checked, its emoji spelled out, its language known.
 *
 * @param text white space made even, emoji as their Unicode names
 * @param language {@code zh} or {@code en}, whichever most of the prompt is written in
 */
record Prompt(String text, String language) {
  /** The longest prompt, in characters. */
  static final int LONGEST = 2_000;

  /**
   * Checks a prompt.
   *
   * @throws IllegalArgumentException if it is empty, too long or holds control characters
   */
  static Prompt of(String raw) {
    if (raw == null || raw.isBlank()) {
      throw new IllegalArgumentException("the prompt is empty: write a few words");
    }
    int length = raw.codePointCount(0, raw.length());
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "the prompt has %,d characters; at most %,d are allowed".formatted(length, LONGEST));
    }
    StringBuilder text = new StringBuilder();
    int position = 0;
    for (int c : raw.codePoints().toArray()) {
      position++;
      int type = Character.getType(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        text.append(' ');
      } else if (type == Character.CONTROL || type == Character.SURROGATE) {
        throw new IllegalArgumentException(
            "the prompt holds the control character U+%04X at position %d: remove it"
                .formatted(c, position));
      } else if (isEmoji(c)) {
        text.append(' ').append(spoken(c)).append(' ');
      } else if (type != Character.FORMAT && !isVariation(c)) {
        text.appendCodePoint(c);
      }
    }
    String even = text.toString().strip().replaceAll(" +", " ");
    if (even.isEmpty()) {
      throw new IllegalArgumentException("the prompt is empty: write a few words");
    }
    return new Prompt(even, languageOf(raw));
  }

  /** Returns a number from 0 to {@code bound} - 1 that this prompt always gets for this purpose. */
  int choice(String purpose, int bound) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((purpose + "\n" + text).getBytes(StandardCharsets.UTF_8));
      return Math.floorMod(ByteBuffer.wrap(digest).getInt(), bound);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A Chinese word has about 1.5 characters; words of another script count as English. */
  private static String languageOf(String raw) {
    int chinese = 0;
    int words = 0;
    boolean inside = false;
    for (int c : raw.codePoints().toArray()) {
      boolean ideograph = Character.isIdeographic(c);
      boolean letter = Character.isLetter(c) && !ideograph;
      chinese += ideograph ? 1 : 0;
      words += letter && !inside ? 1 : 0;
      inside = letter || inside && (c == '\'' || c == '’' || c == '-');
    }
    return chinese / 1.5 > words ? "zh" : "en";
  }

  private static boolean isEmoji(int c) {
    return c >= 0x1F000 && c <= 0x1FAFF || c >= 0x2600 && c <= 0x27BF || c >= 0x2B00 && c <= 0x2BFF;
  }

  private static boolean isVariation(int c) {
    return c >= 0xFE00 && c <= 0xFE0F || c >= 0x1F3FB && c <= 0x1F3FF;
  }

  /** Returns an emoji's Unicode name, such as {@code cherry blossom}, without what is no image. */
  private static String spoken(int c) {
    String name = isVariation(c) ? null : Character.getName(c);
    return name == null
        ? ""
        : name.toLowerCase(Locale.ROOT).replaceAll("\\b(face|with|symbol|sign|black|white)\\b", "");
  }
}
