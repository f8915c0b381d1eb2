package org.example.ornament;

import dev.triptych.api.Artifact;
import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import dev.triptych.api.ext.Revisable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Component;

/**
 * Draws a rosette as SVG: a fourth modality beside poem, melody and picture.
 *
 * <p>It obeys the plan of the other works: the palette gives the colors, the tempo the number of
 * rings, excitement the number of folds, a glad mood round shapes and a sad one pointed ones, night
 * and dusk a dark paper. Rules and the seed do the rest; there is no model.
 */
@Component
public final class OrnamentGenerator implements Generator, Revisable {
  static final Parameter.Whole FOLDS =
      Parameter.Whole.of(
          "folds",
          Phrase.of(
              "How often each shape is repeated; by the mood unless given", "每圈重复几次；不指定时由情绪决定"),
          3,
          36);
  static final Parameter.Whole RINGS =
      Parameter.Whole.of(
          "rings", Phrase.of("How many rings; by the tempo unless given", "几圈；不指定时由速度决定"), 1, 16);

  private static final List<String> NEUTRAL =
      List.of("#f4efe6", "#d9cbb3", "#a58f6f", "#5f5140", "#2c2620");

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("graphic.ornament", Phrase.of("Ornament", "纹样"), "image/svg+xml")
        .withSummary(Phrase.of("Draws a rosette in the plan's colors", "依计划之色画一幅团花"))
        .withParameters(FOLDS, RINGS);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    Plan plan = request.plan();
    int folds = request.find(FOLDS).orElse((int) Math.round(8 + 4 * plan.arousal()));
    int rings = request.find(RINGS).orElse(Math.max(4, Math.min(12, plan.tempo().orElse(84) / 12)));
    List<String> colors = byLight(plan);
    boolean dark = plan.time().filter(t -> t.equals("night") || t.equals("dusk")).isPresent();
    String paper = colors.get(dark ? 0 : colors.size() - 1);
    try (Draft draft = job.draft("image/svg+xml")) {
      List<String> drawn = new ArrayList<>();
      for (int ring = 1; ring <= rings; ring++) {
        job.step((ring - 1.0) / rings, "drawing");
        drawn.add(ring(ring, rings, folds, paper, request));
        draft.show(new Ornament(folds, paper, drawn).svg());
      }
      draft.note("folds", "" + folds).note("rings", "" + rings).note("maker", "rules").commit();
    }
  }

  @Override
  public List<String> parts(Artifact work) throws IOException {
    int rings = Ornament.read(work).rings().size();
    return IntStream.rangeClosed(1, rings).mapToObj(i -> "ring:" + i).toList();
  }

  @Override
  public void revise(Request request, Artifact work, Set<String> redo, Job job) throws Exception {
    Ornament before = Ornament.read(work);
    List<String> parts = parts(work);
    for (String part : redo) {
      if (!parts.contains(part)) {
        throw new IllegalArgumentException(
            "this ornament has no part \"%s\": its parts are ring:1 to ring:%d"
                .formatted(part, parts.size()));
      }
    }
    List<String> rings = new ArrayList<>(before.rings());
    for (int i = 0; i < rings.size(); i++) {
      job.step((double) i / rings.size(), "drawing");
      if (redo.contains(parts.get(i))) {
        rings.set(i, ring(i + 1, rings.size(), before.folds(), before.paper(), request));
      }
    }
    try (Draft draft = job.draft("image/svg+xml")) {
      draft.show(new Ornament(before.folds(), before.paper(), rings).svg());
      draft.from(work).note("redone", String.join(" ", redo.stream().sorted().toList()));
      draft.note("maker", "rules").commit();
    }
  }

  /** Draws one ring, from its own random numbers, so that no other ring depends on it. */
  private static String ring(int ring, int rings, int folds, String paper, Request request) {
    SplittableRandom random = new SplittableRandom(request.seed() * 1_000_003 + ring);
    double width = (double) Ornament.RADIUS / rings;
    double inner = Math.max(4, (ring - 1 - 0.6 * random.nextDouble()) * width);
    double outer = ring * width;
    double half = Math.PI * (inner + outer) / 2 / folds;
    double round = Math.min(1, Math.max(0, 0.5 + request.plan().valence() / 2));
    Motif motif = Motif.values()[random.nextInt(Motif.values().length)];
    List<String> colors = byLight(request.plan()).stream().filter(c -> !c.equals(paper)).toList();
    String fill = colors.isEmpty() ? "#808080" : colors.get(random.nextInt(colors.size()));
    String line = colors.isEmpty() ? "#808080" : colors.get(random.nextInt(colors.size()));
    String path = motif.path(inner, outer, half, round, random);
    double turn = random.nextBoolean() ? 180.0 / folds : 0;
    StringBuilder svg =
        new StringBuilder(
            "<g id=\"ring-%d\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\" stroke-linejoin=\"round\">"
                .formatted(ring, fill, line, Motif.n(random.nextDouble(0.8, 2.4))));
    svg.append(
        "<path id=\"shape-%d\" transform=\"rotate(%s)\" d=\"%s\"/>"
            .formatted(ring, Motif.n(turn), path));
    for (int copy = 1; copy < folds; copy++) {
      svg.append(
          "<use href=\"#shape-%d\" transform=\"rotate(%s)\"/>"
              .formatted(ring, Motif.n(360.0 * copy / folds)));
    }
    return svg.append("</g>").toString();
  }

  /** Returns the plan's colors, the darkest first. */
  private static List<String> byLight(Plan plan) {
    List<String> palette = plan.palette().isEmpty() ? NEUTRAL : plan.palette();
    return palette.stream().sorted(Comparator.comparingInt(OrnamentGenerator::light)).toList();
  }

  private static int light(String color) {
    int rgb = Integer.parseInt(color.substring(1), 16);
    return 3 * (rgb >> 16) + 6 * (rgb >> 8 & 255) + (rgb & 255);
  }
}
