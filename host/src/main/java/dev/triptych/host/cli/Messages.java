package dev.triptych.host.cli;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;

/** What the command line says, in Chinese or English. */
public final class Messages {
  private static final String NAME = "dev.triptych.host.cli.messages";

  private final Locale locale;
  private final ResourceBundle bundle;

  private Messages(Locale locale) {
    this.locale = locale;
    this.bundle =
        ResourceBundle.getBundle(
            NAME,
            locale.getLanguage().equals("en") ? Locale.ROOT : locale, // English is the root
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }

  /**
   * Chooses the language: {@code TRIPTYCH_LANG}, else the home's config.json, else the locale that
   * the launcher found (LC_ALL, LC_MESSAGES, LANG), else Java's.
   */
  public static Messages choose(Map<String, String> environment, Optional<String> configured) {
    String wanted = environment.getOrDefault("TRIPTYCH_LANG", "");
    if (wanted.isBlank()) {
      wanted = configured.orElse(System.getProperty("triptych.locale", ""));
    }
    if (wanted.isBlank()) {
      wanted = Locale.getDefault(Locale.Category.DISPLAY).getLanguage();
    }
    return of(wanted.startsWith("zh") ? Locale.CHINESE : Locale.ENGLISH);
  }

  /** Returns the messages of a language. */
  public static Messages of(Locale locale) {
    return new Messages(locale);
  }

  /** Returns a sentence with its places filled in. */
  public String text(String key, Object... values) {
    String pattern = bundle.getString(key);
    return values.length == 0 ? pattern : String.format(Locale.ROOT, pattern, values);
  }

  /** Returns the language. */
  public Locale locale() {
    return locale;
  }

  ResourceBundle bundle() {
    return bundle;
  }
}
