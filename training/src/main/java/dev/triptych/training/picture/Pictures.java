package dev.triptych.training.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Captioned pictures to learn from: composed scenes without end, or a user's folder. */
public interface Pictures {

  /** Returns how many different pictures there are to cache. */
  int count();

  /** Returns a picture of 128 by 128 pixels. [any thread] */
  BufferedImage picture(long index) throws IOException;

  /**
   * Returns how much of each cell its subjects cover, 0…255, row by row, of a grid of {@code side}
   * by {@code side}; null if that is not known. [any thread]
   */
  default byte[] cover(long index, int side) {
    return null;
  }

  /** Returns its captions. */
  Captions captions(long index);

  /**
   * Returns the pictures of a folder: composed scenes if it holds the sprites, else its own
   * captioned pictures.
   *
   * @param count how many scenes to compose
   * @param first seed of the first scene
   */
  static Pictures of(Path data, int count, long first) throws IOException {
    if (!Files.isDirectory(data)) {
      throw new IllegalArgumentException(data + " is no folder");
    }
    Path sprites = Files.isDirectory(data.resolve("pictures")) ? data.resolve("pictures") : data;
    return Files.exists(sprites.resolve("captions-openclipart.jsonl"))
        ? composed(sprites, count, first)
        : folder(CaptionedFolder.read(data));
  }

  private static Pictures composed(Path sprites, int count, long first) throws IOException {
    List<Subject> subjects = Subject.all();
    SceneSampler sampler = new SceneSampler(subjects, Subject.heldOutPairs());
    SceneComposer composer = new SceneComposer(SpriteLibrary.load(sprites, subjects), 128);
    return new Pictures() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public BufferedImage picture(long index) {
        return composer.draw(sampler.sample(first + index));
      }

      @Override
      public byte[] cover(long index, int side) {
        return composer.compose(sampler.sample(first + index)).cover().cells(side);
      }

      @Override
      public Captions captions(long index) {
        return Captions.of(sampler.sample(first + index), 0);
      }
    };
  }

  private static Pictures folder(List<CaptionedFolder.Entry> entries) {
    return new Pictures() {
      @Override
      public int count() {
        return entries.size();
      }

      @Override
      public BufferedImage picture(long index) throws IOException {
        return entry(index).read(128);
      }

      @Override
      public Captions captions(long index) {
        return new Captions(entry(index).en(), entry(index).zh());
      }

      private CaptionedFolder.Entry entry(long index) {
        return entries.get((int) Math.floorMod(index, (long) entries.size()));
      }
    };
  }

  /** Returns pixels as a model sees them, (3, H, W) in −1…1. */
  static void planes(BufferedImage picture, float[] out, int at) {
    int size = picture.getWidth();
    int area = size * size;
    int[] rgb = picture.getRGB(0, 0, size, size, null, 0, size);
    for (int i = 0; i < area; i++) {
      out[at + i] = (rgb[i] >> 16 & 255) / 127.5f - 1;
      out[at + area + i] = (rgb[i] >> 8 & 255) / 127.5f - 1;
      out[at + 2 * area + i] = (rgb[i] & 255) / 127.5f - 1;
    }
  }
}
