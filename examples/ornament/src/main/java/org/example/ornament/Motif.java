package org.example.ornament;

import java.util.Locale;
import java.util.SplittableRandom;

/** A shape that is repeated round a ring; each draws itself once, pointing upwards. */
enum Motif {
  /** A petal from the inner to the outer circle: round for a glad mood, a lance for a sad one. */
  PETAL {
    @Override
    String path(double inner, double outer, double half, double round, SplittableRandom random) {
      double waist = inner + (outer - inner) * random.nextDouble(0.35, 0.65);
      double wide = half * (0.5 + 0.45 * random.nextDouble());
      double bend = (outer - inner) * 0.5 * round;
      return "M0 %1$s C%2$s %3$s %2$s %4$s 0 %5$s C-%2$s %4$s -%2$s %3$s 0 %1$sZ"
          .formatted(n(-inner), n(wide), n(-waist + bend), n(-waist - bend), n(-outer));
    }
  },
  /** A diamond with straight or hollow sides. */
  DIAMOND {
    @Override
    String path(double inner, double outer, double half, double round, SplittableRandom random) {
      double middle = (inner + outer) / 2;
      double wide = half * (0.35 + 0.5 * random.nextDouble());
      double pull = 1 - 0.6 * round * random.nextDouble();
      return "M0 %s Q%s %s %s %s Q%s %s 0 %s Q-%s %s -%s %s Q-%s %s 0 %sZ"
          .formatted(
              n(-inner),
              n(wide * pull / 2),
              n(-(inner + middle) / 2),
              n(wide),
              n(-middle),
              n(wide * pull / 2),
              n(-(outer + middle) / 2),
              n(-outer),
              n(wide * pull / 2),
              n(-(outer + middle) / 2),
              n(wide),
              n(-middle),
              n(wide * pull / 2),
              n(-(inner + middle) / 2),
              n(-inner));
    }
  },
  /** A dot, and a smaller one above it. */
  DOTS {
    @Override
    String path(double inner, double outer, double half, double round, SplittableRandom random) {
      double room = Math.min(half, (outer - inner) / 2);
      double large = room * random.nextDouble(0.4, 0.75);
      double small = room * random.nextDouble(0.15, 0.3);
      return circle(inner + large, large) + circle(outer - small, small);
    }

    private String circle(double at, double radius) {
      return "M%1$s %2$sa%1$s %1$s 0 1 0 -%3$s 0a%1$s %1$s 0 1 0 %3$s 0Z"
          .formatted(n(radius), n(-at), n(2 * radius));
    }
  },
  /** An arch from one copy to the next, so that all together make a wave. */
  ARCH {
    @Override
    String path(double inner, double outer, double half, double round, SplittableRandom random) {
      double end = inner * Math.tan(2 * half / (inner + outer)); // where the next copy begins
      double thick = (outer - inner) * random.nextDouble(0.3, 0.8);
      double top = outer + (outer - inner) * round;
      return "M-%1$s %2$sQ0 %3$s %1$s %2$sQ0 %4$s -%1$s %2$sZ"
          .formatted(n(end), n(-inner), n(-top), n(-top + 2 * thick));
    }
  };

  /**
   * Returns the data of an SVG path around the center.
   *
   * @param half half of the width that one copy has
   * @param round 0 for pointed, 1 for round
   */
  abstract String path(
      double inner, double outer, double half, double round, SplittableRandom random);

  /** Returns a number as SVG writes it, the same in every country. */
  static String n(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
