package dev.triptych.training.picture;

import dev.triptych.api.Placement;
import dev.triptych.models.bert.SentenceEncoder;
import dev.triptych.models.bert.ShippedEncoders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The token states of the captions of many pictures in both languages, each caption once. */
public final class CaptionCache {
  /** One language: the states of its different captions, and which of them each picture has. */
  public record Language(TokenStates states, int[] captions) {}

  private final Language zh;
  private final Language en;

  private CaptionCache(Language zh, Language en) {
    this.zh = zh;
    this.en = en;
  }

  /** Returns the Chinese captions. */
  public Language zh() {
    return zh;
  }

  /** Returns the English captions. */
  public Language en() {
    return en;
  }

  /**
   * Opens the cache in a folder, making what is not there.
   *
   * @param home where the encoders are unpacked, once
   */
  public static CaptionCache open(Pictures pictures, Path folder, Path home) throws IOException {
    Files.createDirectories(folder);
    return new CaptionCache(
        language(pictures, Captions::zh, folder.resolve("zh.states"), ShippedEncoders.BGE_ZH, home),
        language(
            pictures, Captions::en, folder.resolve("en.states"), ShippedEncoders.MINI_LM, home));
  }

  private static Language language(
      Pictures pictures, Function<Captions, String> part, Path file, String hub, Path home)
      throws IOException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    int[] captions = new int[pictures.count()];
    for (int i = 0; i < captions.length; i++) {
      captions[i] = numbers.computeIfAbsent(part.apply(pictures.captions(i)), c -> numbers.size());
    }
    List<String> texts = new ArrayList<>(numbers.keySet());
    if (!Files.exists(file)) {
      long start = System.nanoTime();
      Path model =
          ShippedEncoders.folder(hub, home)
              .orElseThrow(
                  () -> new IOException("the encoder " + hub + " is not on the class path"));
      try (SentenceEncoder encoder = SentenceEncoder.load(model, Placement.of("cpu", "float32"))) {
        TokenStates.write(file, texts, encoder);
      }
      System.out.printf(
          "%s: %d captions of %d pictures in %.0f s%n",
          file.getFileName(), texts.size(), captions.length, (System.nanoTime() - start) / 1e9);
    }
    TokenStates states = TokenStates.open(file);
    if (states.count() < texts.size()) { // of fewer pictures, the captions are the first ones
      throw new IOException(
          file + " belongs to other pictures: delete it, or give another folder with --out");
    }
    return new Language(states, captions);
  }

  /** Makes the cache of composed scenes: {@code CaptionCache DATA OUT COUNT HOME}. */
  public static void main(String[] args) throws IOException {
    open(
        Pictures.of(Path.of(args[0]), Integer.parseInt(args[2]), PictureCommand.FIRST),
        Path.of(args[1]),
        Path.of(args[3]));
  }
}
