package dev.triptych.training.melody;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.triptych.music.Key;
import dev.triptych.music.Meter;
import dev.triptych.music.Mode;
import dev.triptych.music.Quality;
import dev.triptych.music.Style;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Reads the collections: gzip, one piece a line, as JSON (training/melody/README.md tells the
 * fields).
 *
 * <p>Kept are pieces whose rights are clear, the traditional tunes of the Nottingham Music Database
 * (docs/decisions/0011), and of those the ones with a key and a meter that the model knows.
 */
final class MusicLines {
  private static final Pattern CHORD = Pattern.compile("([A-G][#b]?)([^/]*)(/.*)?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private MusicLines() {}

  /**
   * Returns the pieces of a file that may be learnt from.
   *
   * @throws IOException if a line is not a piece, naming file and line
   */
  static List<LeadSheet> read(Path file) throws IOException {
    List<LeadSheet> sheets = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        try {
          sheet(JSON.readTree(line)).ifPresent(sheets::add);
        } catch (IOException | RuntimeException e) {
          throw new IOException(
              file.getFileName() + ", line " + number + ", is not a piece: " + e.getMessage(), e);
        }
      }
    }
    return sheets;
  }

  private static Optional<LeadSheet> sheet(JsonNode piece) {
    Style style = style(piece.path("source").asText());
    boolean allowed = piece.path("rights").asText().equals("clear") || style == Style.FOLK;
    Optional<Meter> meter = Meter.of(piece.path("meter").asText()).map(Meter::spoken);
    String[] key = piece.path("key").asText("").split(" ");
    if (!allowed || meter.isEmpty() || key.length != 2) {
      return Optional.empty();
    }
    Mode mode = key[1].equals("minor") ? Mode.MINOR : Mode.MAJOR;
    List<LeadSheet.TimedNote> melody = new ArrayList<>();
    for (JsonNode note : piece.at("/tracks/melody")) {
      melody.add(
          new LeadSheet.TimedNote(note.get(0).asInt(), note.get(1).asInt(), note.get(2).asInt()));
    }
    List<LeadSheet.TimedChord> chords = new ArrayList<>();
    for (JsonNode chord : piece.at("/tracks/chords")) {
      Matcher symbol = CHORD.matcher(chord.get(2).asText());
      if (symbol.matches()) {
        int root = new Key(symbol.group(1), mode).pitchClass();
        int onset = chord.get(0).asInt();
        int duration = chord.get(1).asInt();
        Quality.of(symbol.group(2))
            .ifPresent(q -> chords.add(new LeadSheet.TimedChord(onset, duration, root, q)));
      }
    }
    return Optional.of(
        new LeadSheet(
            piece.path("id").asText(),
            style,
            meter.get(),
            new Key(key[0], mode).pitchClass(),
            mode,
            melody,
            chords));
  }

  private static Style style(String source) {
    return source.startsWith("Nottingham")
        ? Style.FOLK
        : source.startsWith("OpenEWLD")
            ? Style.SONG
            : source.startsWith("Open Hymnal")
                ? Style.HYMN
                : source.startsWith("JSB") ? Style.CHORALE : Style.OWN;
  }
}
