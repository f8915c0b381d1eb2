package dev.triptych.host.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * English sentences that the program's parts throw, said in Chinese.
 *
 * <p>What is thrown is English wherever it comes from. A phrasebook is a text resource, a sentence
 * a line: the English one, a tab, the Chinese one. {@code {1}}, {@code {2}} … in both stand for
 * what changes, such as a file's name; a part that is itself in the phrasebook is said in Chinese
 * too. A line that begins with {@value #FRAME} is a frame around another sentence, and is looked
 * for before all others. The host's own lies beside this class; a plugin's in its jar as {@value
 * #IN_PLUGINS}.
 */
final class Phrasebook {
  /** Where a plugin's jar has its phrasebook. */
  static final String IN_PLUGINS = "META-INF/triptych/sentences_zh.tsv";

  /** What a line begins with that says who speaks, such as {@code >{1} failed: {2}}. */
  private static final String FRAME = ">";

  private static final String OWN = "sentences_zh.tsv";
  private static final Pattern PLACE = Pattern.compile("\\{([1-9])}");

  /** A sentence: how to recognise it, which place each group is, and what to say. */
  private record Entry(
      Pattern english, List<String> places, String chinese, int letters, boolean frame) {}

  private final List<Entry> entries = new ArrayList<>();

  /** Reads the host's own phrasebook and those of plugins. */
  static Phrasebook read(Collection<URL> plugins) {
    Phrasebook book = new Phrasebook();
    List<URL> all = new ArrayList<>(plugins);
    all.add(Phrasebook.class.getResource(OWN));
    for (URL one : all) {
      try (InputStream in = one.openStream();
          BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
        lines.lines().filter(line -> line.indexOf('\t') > 0).forEach(book::add);
      } catch (IOException | UncheckedIOException e) {
        // a plugin that went, or whose file is damaged: its sentences stay English
      }
    }
    book.entries.sort( // frames, then the plainest first
        Comparator.comparing(Entry::frame).thenComparingInt(Entry::letters).reversed());
    return book;
  }

  private void add(String line) {
    int tab = line.indexOf('\t');
    boolean frame = line.startsWith(FRAME);
    String english = line.substring(frame ? FRAME.length() : 0, tab);
    StringBuilder pattern = new StringBuilder();
    List<String> places = new ArrayList<>();
    Matcher place = PLACE.matcher(english);
    int done = 0;
    int letters = 0;
    while (place.find()) {
      pattern.append(Pattern.quote(english.substring(done, place.start()))).append("(.+?)");
      places.add(place.group());
      letters += place.start() - done;
      done = place.end();
    }
    pattern.append(Pattern.quote(english.substring(done)));
    letters += english.length() - done;
    Pattern whole = Pattern.compile(pattern.toString(), Pattern.DOTALL);
    entries.add(new Entry(whole, places, line.substring(tab + 1), letters, frame));
  }

  /** Returns a sentence in Chinese; as it is if no phrasebook has it. */
  String chinese(String english) {
    for (Entry entry : entries) {
      Matcher said = entry.english.matcher(english);
      if (said.matches()) {
        Map<String, String> parts = new HashMap<>();
        for (int i = 0; i < entry.places.size(); i++) {
          parts.put(entry.places.get(i), chinese(said.group(i + 1)));
        }
        return PLACE
            .matcher(entry.chinese)
            .replaceAll(one -> Matcher.quoteReplacement(parts.getOrDefault(one.group(), "")));
      }
    }
    return english;
  }
}
