package dev.triptych.api;

import java.util.Locale;
import java.util.Objects;

/** A text for people, in English and in Chinese. */
public final class Phrase {
  private final String en;
  private final String zh;

  private Phrase(String en, String zh) {
    this.en = Objects.requireNonNull(en, "en");
    this.zh = Objects.requireNonNull(zh, "zh");
  }

  /** Returns a phrase in both languages. */
  public static Phrase of(String en, String zh) {
    return new Phrase(en, zh);
  }

  /** Returns the English text. */
  public String en() {
    return en;
  }

  /** Returns the Chinese text. */
  public String zh() {
    return zh;
  }

  /** Returns the Chinese text for a Chinese locale, else the English one. */
  public String in(Locale locale) {
    return "zh".equals(locale.getLanguage()) ? zh : en;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Phrase that && en.equals(that.en) && zh.equals(that.zh);
  }

  @Override
  public int hashCode() {
    return Objects.hash(en, zh);
  }

  @Override
  public String toString() {
    return en;
  }
}
