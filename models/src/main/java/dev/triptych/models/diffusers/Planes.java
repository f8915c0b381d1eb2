package dev.triptych.models.diffusers;

import dev.triptych.models.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Pictures or latents outside of native memory, (batch, channels, height, width).
 *
 * @param numbers in row-major order
 */
record Planes(float[] numbers, int batch, int channels, int height, int width) {

  Planes {
    if (numbers.length != (long) batch * channels * height * width) {
      throw new IllegalArgumentException(
          numbers.length
              + " numbers do not fill the shape "
              + Arrays.toString(new int[] {batch, channels, height, width}));
    }
  }

  Tensor tensor() {
    return Tensor.of(numbers, batch, channels, height, width);
  }

  /** Works on one picture after another. */
  Planes each(UnaryOperator<Planes> work) {
    if (batch <= 1) {
      return work.apply(this);
    }
    int size = numbers.length / batch;
    Planes first = null;
    float[] all = null;
    for (int b = 0; b < batch; b++) {
      float[] own = Arrays.copyOfRange(numbers, b * size, (b + 1) * size);
      Planes done = work.apply(new Planes(own, 1, channels, height, width));
      if (b == 0) {
        first = done;
        all = new float[batch * done.numbers.length];
      }
      System.arraycopy(done.numbers, 0, all, b * done.numbers.length, done.numbers.length);
    }
    return new Planes(all, batch, first.channels, first.height, first.width);
  }

  /**
   * Works on tiles that overlap, and blends what comes out as diffusers' {@code tiled_decode} and
   * {@code _tiled_encode} of autoencoder_kl.py do.
   *
   * @param size rows and columns of a tile that goes in
   * @param step from one tile to the next
   * @param blend rows and columns that fade from one tile that came out into the next
   * @param keep rows and columns of each tile that came out, but for the last
   */
  Planes tiles(int size, int step, int blend, int keep, UnaryOperator<Planes> work) {
    List<List<Planes>> rows = new ArrayList<>();
    for (int y = 0; y < height; y += step) {
      List<Planes> row = new ArrayList<>();
      for (int x = 0; x < width; x += step) {
        Planes tile = work.apply(part(y, x, Math.min(size, height - y), Math.min(size, width - x)));
        if (y > 0) {
          tile.fadeFromAbove(rows.get(rows.size() - 1).get(row.size()), blend);
        }
        if (x > 0) {
          tile.fadeFromLeft(row.get(row.size() - 1), blend);
        }
        row.add(tile);
      }
      rows.add(row);
    }
    int fullHeight = rows.stream().mapToInt(row -> Math.min(keep, row.get(0).height)).sum();
    int fullWidth = rows.get(0).stream().mapToInt(tile -> Math.min(keep, tile.width)).sum();
    Planes first = rows.get(0).get(0);
    int count = batch * first.channels;
    Planes whole =
        new Planes(
            new float[count * fullHeight * fullWidth],
            batch,
            first.channels,
            fullHeight,
            fullWidth);
    int y = 0;
    for (List<Planes> row : rows) {
      int x = 0;
      for (Planes tile : row) {
        whole.put(tile.part(0, 0, Math.min(keep, tile.height), Math.min(keep, tile.width)), y, x);
        x += Math.min(keep, tile.width);
      }
      y += Math.min(keep, row.get(0).height);
    }
    return whole;
  }

  private Planes part(int top, int left, int rows, int columns) {
    Planes part =
        new Planes(new float[batch * channels * rows * columns], batch, channels, rows, columns);
    for (int p = 0; p < batch * channels; p++) {
      for (int y = 0; y < rows; y++) {
        System.arraycopy(numbers, at(p, top + y, left), part.numbers, part.at(p, y, 0), columns);
      }
    }
    return part;
  }

  private void put(Planes part, int top, int left) {
    for (int p = 0; p < batch * channels; p++) {
      for (int y = 0; y < part.height; y++) {
        System.arraycopy(part.numbers, part.at(p, y, 0), numbers, at(p, top + y, left), part.width);
      }
    }
  }

  private void fadeFromAbove(Planes above, int blend) {
    int rows = Math.min(blend, Math.min(above.height, height));
    for (int p = 0; p < batch * channels; p++) {
      for (int y = 0; y < rows; y++) {
        float own = (float) y / rows;
        for (int x = 0; x < Math.min(width, above.width); x++) {
          float other = above.numbers[above.at(p, above.height - rows + y, x)];
          int i = at(p, y, x);
          numbers[i] = other * (1 - own) + numbers[i] * own;
        }
      }
    }
  }

  private void fadeFromLeft(Planes left, int blend) {
    int columns = Math.min(blend, Math.min(left.width, width));
    for (int p = 0; p < batch * channels; p++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < columns; x++) {
          float own = (float) x / columns;
          float other = left.numbers[left.at(p, y, left.width - columns + x)];
          int i = at(p, y, x);
          numbers[i] = other * (1 - own) + numbers[i] * own;
        }
      }
    }
  }

  private int at(int plane, int y, int x) {
    return (plane * height + y) * width + x;
  }
}
