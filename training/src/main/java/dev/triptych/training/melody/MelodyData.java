package dev.triptych.training.melody;

import dev.triptych.music.Tune;
import dev.triptych.music.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the melody model learns from and is measured on: one piece in twenty, chosen by the hash of
 * its id, is held out.
 *
 * @param training tunes to learn from
 * @param heldOut tunes that training never sees
 * @param refused what could not be read and why, one sentence a file
 */
public record MelodyData(List<Tune> training, List<Tune> heldOut, List<String> refused) {
  private static final int HELD_OUT = 20;

  /**
   * Reads a folder: collections ({@code .jsonl.gz}) and MIDI files ({@code .mid}, {@code .midi}),
   * also in folders below.
   *
   * @throws IOException if the folder holds nothing to learn from, or a collection is damaged
   */
  public static MelodyData read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder + " is not a folder of music");
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().toList();
    }
    List<Tune> training = new ArrayList<>();
    List<Tune> heldOut = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
      List<LeadSheet> sheets = List.of();
      if (name.endsWith(".jsonl.gz")) {
        sheets = MusicLines.read(file);
      } else if (name.endsWith(".mid") || name.endsWith(".midi")) {
        try {
          sheets = List.of(MidiImport.read(file));
        } catch (IOException e) {
          refused.add(e.getMessage());
        }
      }
      for (LeadSheet sheet : sheets) {
        (isHeldOut(sheet.id()) ? heldOut : training).add(sheet.tune());
      }
    }
    if (training.isEmpty()) {
      String why = refused.isEmpty() ? "" : "; the first file refused: " + refused.get(0);
      throw new IOException(
          folder + " holds no .jsonl.gz collection and no MIDI file to learn from" + why);
    }
    return new MelodyData(training, heldOut, refused);
  }

  /** Returns the windows of tunes as tokens, in order. */
  public static List<int[]> tokens(List<Tune> tunes) {
    return tunes.stream()
        .flatMap(tune -> Windows.of(tune).stream())
        .map(Vocabulary::encode)
        .toList();
  }

  static boolean isHeldOut(String id) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return ((hash[0] & 0xff) << 8 | hash[1] & 0xff) % HELD_OUT == 0;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
