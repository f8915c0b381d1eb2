package dev.triptych.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A typed knob: the key that reads it, the rule that checks it and the schema that draws it, in
 * one.
 *
 * <p>Values travel as text, so that the command line, a form, a preset and the lineage share one
 * format. A parameter without an initial value is decided by the plan when the user does not give
 * it; read it with {@link Request#find}.
 *
 * <p>The kinds are closed on purpose, for a form must know each of them.
 *
 * @param <T> type of the parsed value
 */
public abstract sealed class Parameter<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");

  private final String name;
  private final Phrase help;
  private final T initial;

  private Parameter(String name, Phrase help, T initial) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "parameter name \"" + name + "\" must be letters and digits, first a lower-case letter");
    }
    this.name = name;
    this.help = Objects.requireNonNull(help, "help");
    this.initial = initial;
  }

  /** Returns the name as the user types it. */
  public final String name() {
    return name;
  }

  /** Returns what the parameter does, in both languages. */
  public final Phrase help() {
    return help;
  }

  /** Returns the value used when the user gives none; empty if the plan decides. */
  public final Optional<T> initial() {
    return Optional.ofNullable(initial);
  }

  /** Returns the word for this kind: whole, real, choice, text, flag or work. */
  public abstract String kind();

  /**
   * Parses and checks what the user typed.
   *
   * @throws IllegalArgumentException worded for the person at the form
   */
  public abstract T parse(String text);

  final IllegalArgumentException refuse(String text, String wanted) {
    String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return new IllegalArgumentException(
        "parameter " + name + " must be " + wanted + ", not \"" + shown + "\"");
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof Parameter<?> that
        && getClass() == that.getClass()
        && name.equals(that.name)
        && help.equals(that.help)
        && Objects.equals(initial, that.initial)
        && range().equals(that.range());
  }

  @Override
  public final int hashCode() {
    return name.hashCode();
  }

  @Override
  public final String toString() {
    return name;
  }

  /** Returns the bounds or options as text, for display: {@code 1..40}, {@code a|b}, or "". */
  public abstract String range();

  /** A whole number between two bounds, both allowed. */
  public static final class Whole extends Parameter<Integer> {
    private final int min;
    private final int max;

    private Whole(String name, Phrase help, Integer initial, int min, int max) {
      super(name, help, initial);
      this.min = min;
      this.max = max;
    }

    /** Returns a whole number between {@code min} and {@code max}, both allowed. */
    public static Whole of(String name, Phrase help, int min, int max) {
      return new Whole(name, help, null, min, max);
    }

    /** Returns this parameter with the value used when the user gives none. */
    public Whole initially(int value) {
      return new Whole(name(), help(), parse(Integer.toString(value)), min, max);
    }

    /** Returns the smallest value allowed. */
    public int min() {
      return min;
    }

    /** Returns the largest value allowed. */
    public int max() {
      return max;
    }

    @Override
    public String kind() {
      return "whole";
    }

    @Override
    public String range() {
      return min + ".." + max;
    }

    @Override
    public Integer parse(String text) {
      try {
        int value = Integer.parseInt(text.strip());
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // refused below, with the same sentence
      }
      throw refuse(text, "a whole number from " + min + " to " + max);
    }
  }

  /** A real number between two bounds, both allowed. */
  public static final class Real extends Parameter<Double> {
    private final double min;
    private final double max;

    private Real(String name, Phrase help, Double initial, double min, double max) {
      super(name, help, initial);
      this.min = min;
      this.max = max;
    }

    /** Returns a real number between {@code min} and {@code max}, both allowed. */
    public static Real of(String name, Phrase help, double min, double max) {
      return new Real(name, help, null, min, max);
    }

    /** Returns this parameter with the value used when the user gives none. */
    public Real initially(double value) {
      return new Real(name(), help(), parse(Double.toString(value)), min, max);
    }

    /** Returns the smallest value allowed. */
    public double min() {
      return min;
    }

    /** Returns the largest value allowed. */
    public double max() {
      return max;
    }

    @Override
    public String kind() {
      return "real";
    }

    @Override
    public String range() {
      return plain(min) + ".." + plain(max);
    }

    @Override
    public Double parse(String text) {
      try {
        double value = Double.parseDouble(text.strip());
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // refused below, with the same sentence
      }
      throw refuse(text, "a number from " + plain(min) + " to " + plain(max));
    }

    private static String plain(double value) {
      return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
  }

  /** One of a few words. */
  public static final class Choice extends Parameter<String> {
    private final List<String> options;

    private Choice(String name, Phrase help, String initial, List<String> options) {
      super(name, help, initial);
      this.options = List.copyOf(options);
      if (options.isEmpty()) {
        throw new IllegalArgumentException("parameter " + name + " needs at least one option");
      }
    }

    /** Returns a choice among words. */
    public static Choice of(String name, Phrase help, String... options) {
      return new Choice(name, help, null, List.of(options));
    }

    /** Returns this parameter with the value used when the user gives none. */
    public Choice initially(String value) {
      return new Choice(name(), help(), parse(value), options);
    }

    /** Returns the words allowed. */
    public List<String> options() {
      return options;
    }

    @Override
    public String kind() {
      return "choice";
    }

    @Override
    public String range() {
      return String.join("|", options);
    }

    @Override
    public String parse(String text) {
      if (!options.contains(text.strip())) {
        throw refuse(text, "one of " + String.join(", ", options));
      }
      return text.strip();
    }
  }

  /** A free text, of at most so many characters. */
  public static final class Text extends Parameter<String> {
    private final int maxLength;

    private Text(String name, Phrase help, String initial, int maxLength) {
      super(name, help, initial);
      this.maxLength = maxLength;
    }

    /** Returns a text of at most {@code maxLength} characters. */
    public static Text of(String name, Phrase help, int maxLength) {
      return new Text(name, help, null, maxLength);
    }

    /** Returns this parameter with the value used when the user gives none. */
    public Text initially(String value) {
      return new Text(name(), help(), parse(value), maxLength);
    }

    /** Returns the longest text allowed, in characters (UTF-16 units). */
    public int maxLength() {
      return maxLength;
    }

    @Override
    public String kind() {
      return "text";
    }

    @Override
    public String range() {
      return "";
    }

    @Override
    public String parse(String text) {
      if (text.length() > maxLength) {
        throw refuse(text, "at most " + maxLength + " characters");
      }
      return text;
    }
  }

  /** Yes or no. */
  public static final class Flag extends Parameter<Boolean> {
    private Flag(String name, Phrase help, Boolean initial) {
      super(name, help, initial);
    }

    /** Returns a switch that is off unless the user turns it on. */
    public static Flag of(String name, Phrase help) {
      return new Flag(name, help, false);
    }

    /** Returns this parameter with the value used when the user gives none. */
    public Flag initially(boolean value) {
      return new Flag(name(), help(), value);
    }

    @Override
    public String kind() {
      return "flag";
    }

    @Override
    public String range() {
      return "true|false";
    }

    @Override
    public Boolean parse(String text) {
      return switch (text.strip()) {
        case "true", "yes", "on", "1" -> true;
        case "false", "no", "off", "0" -> false;
        default -> throw refuse(text, "true or false");
      };
    }
  }

  /**
   * A work as input: the user names a file or an artifact, the host imports it, and the generator
   * reads the {@link Artifact} with {@link Request#input}.
   */
  public static final class Work extends Parameter<String> {
    private final List<String> accepts;

    private Work(String name, Phrase help, List<String> accepts) {
      super(name, help, null);
      this.accepts = List.copyOf(accepts);
      accepts.forEach(MediaTypes::check);
    }

    /** Returns an input that accepts works of the media types given. */
    public static Work of(String name, Phrase help, String... accepts) {
      return new Work(name, help, List.of(accepts));
    }

    /** Returns the media types accepted. */
    public List<String> accepts() {
      return accepts;
    }

    @Override
    public String kind() {
      return "work";
    }

    @Override
    public String range() {
      return String.join("|", accepts);
    }

    @Override
    public String parse(String text) {
      if (text.isBlank()) {
        throw refuse(text, "a file or a work's id");
      }
      return text.strip();
    }
  }
}
