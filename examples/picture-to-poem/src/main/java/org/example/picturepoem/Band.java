package org.example.picturepoem;

import java.util.List;

/**
 * One of the bands of a picture, from edge to edge: what a line of the poem is about.
 *
 * @param colors names of its colors, the largest first; at most two
 * @param light 0 for black to 1 for white
 * @param busy 0 for an even field to 1 for much detail
 */
record Band(List<String> colors, double light, double busy) {
  Band {
    colors = List.copyOf(colors);
  }

  @Override
  public String toString() {
    return String.join("+", colors) + (busy > 0.5 ? " busy" : " calm");
  }
}
