package dev.triptych.models.diffusers.prompt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A prompt some of whose words weigh more than others.
 *
 * <p>What is written: {@code (word:1.3)} weighs 1.3, {@code (word)} weighs 1.1, {@code ((word))}
 * 1.1 · 1.1, {@code [word]} 1 / 1.1; brackets in brackets multiply. {@code \(}, {@code \)}, {@code
 * \[}, {@code \]} and {@code \\} are the characters themselves. A bracket without its partner is
 * plain text. This is the notation of AUTOMATIC1111's web UI, which diffusers' community pipeline
 * {@code lpw_stable_diffusion.py} reads too; those two take a bracket that is never closed as if it
 * were closed at the end. No weight is beyond 1000 or -1000.
 *
 * @param parts pieces of text in order, neighbours with different weights; at least one
 */
public record WeightedPrompt(List<Part> parts) {

  /**
   * A piece of text.
   *
   * @param text without brackets and escapes
   * @param weight 1 for plain text
   */
  public record Part(String text, double weight) {}

  private static final double ROUND = 1.1;
  private static final double SQUARE = 1 / 1.1;

  private static final double GREATEST = 1000;

  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)");

  /** Copies the parts. */
  public WeightedPrompt {
    parts = List.copyOf(parts);
  }

  /** Returns a prompt all of whose text weighs 1, brackets being characters like others. */
  public static WeightedPrompt plain(String text) {
    return new WeightedPrompt(List.of(new Part(text, 1)));
  }

  /** Reads a prompt; every text is one. */
  public static WeightedPrompt parse(String prompt) {
    return new Brackets(prompt).parts();
  }

  /** Returns the prompt without brackets and escapes. */
  public String text() {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.text()));
    return text.toString();
  }

  /** The characters of a prompt, which of them are shown, and what each weighs. */
  private static final class Brackets {
    private final String prompt;
    private final boolean[] shown;
    private final double[] factors; // of the bracket that opens here
    private final int[] ends; // of the bracket that opens here
    private final Deque<Integer> open = new ArrayDeque<>();
    private int round; // of those open

    private Brackets(String prompt) {
      this.prompt = prompt;
      shown = new boolean[prompt.length()];
      factors = new double[prompt.length()];
      ends = new int[prompt.length()];
      Arrays.fill(shown, true);
      for (int i = 0; i < prompt.length(); i++) {
        char c = prompt.charAt(i);
        if (c == '\\' && i + 1 < prompt.length() && "()[]\\".indexOf(prompt.charAt(i + 1)) >= 0) {
          shown[i] = false;
          i++;
        } else if (c == '(' || c == '[') {
          open.push(i);
          round += c == '(' ? 1 : 0;
        } else if (c == ')' && round > 0 || c == ']' && open.size() > round) {
          close(i, c == ')' ? '(' : '[');
        }
      }
    }

    /** Brackets that opened in between and did not close are text. */
    private void close(int at, char partner) {
      int from = pop();
      while (prompt.charAt(from) != partner) {
        from = pop();
      }
      shown[from] = false;
      shown[at] = false;
      ends[from] = at;
      factors[from] = partner == '(' ? ROUND : SQUARE;
      int colon = at - 1;
      while (colon > from && "+-.0123456789".indexOf(prompt.charAt(colon)) >= 0) {
        colon--;
      }
      Matcher number = NUMBER.matcher(prompt).region(colon + 1, at);
      if (partner == '(' && prompt.charAt(colon) == ':' && number.matches()) {
        factors[from] = Double.parseDouble(number.group());
        Arrays.fill(shown, colon, at, false);
      }
    }

    private int pop() {
      int from = open.pop();
      round -= prompt.charAt(from) == '(' ? 1 : 0;
      return from;
    }

    private WeightedPrompt parts() {
      List<Part> parts = new ArrayList<>();
      Deque<Integer> inside = new ArrayDeque<>();
      Deque<Double> weights = new ArrayDeque<>(List.of(1.0));
      StringBuilder text = new StringBuilder();
      double weightOfText = 1;
      for (int i = 0; i < prompt.length(); i++) {
        if (ends[i] > 0) {
          inside.push(ends[i]);
          double weight = weights.peek() * factors[i];
          weights.push(Math.max(-GREATEST, Math.min(GREATEST, weight)));
        } else if (!inside.isEmpty() && inside.peek() == i) {
          inside.pop();
          weights.pop();
        } else if (shown[i]) {
          if (text.length() > 0 && weights.peek() != weightOfText) {
            parts.add(new Part(text.toString(), weightOfText));
            text.setLength(0);
          }
          weightOfText = weights.peek();
          text.append(prompt.charAt(i));
        }
      }
      if (text.length() > 0 || parts.isEmpty()) {
        parts.add(new Part(text.toString(), text.length() > 0 ? weightOfText : 1));
      }
      return new WeightedPrompt(parts);
    }
  }
}
