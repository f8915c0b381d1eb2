package dev.triptych.bench.hostile;

import static dev.triptych.bench.hostile.GoodPlugin.CLASS;
import static dev.triptych.bench.hostile.GoodPlugin.COMPONENT;
import static dev.triptych.bench.hostile.GoodPlugin.MANIFEST;
import static dev.triptych.bench.hostile.HostileJars.concat;
import static dev.triptych.bench.hostile.HostileJars.pick;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triptych.bench.hostile.HostileJars.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Jars that are no sound ZIP files, or unpack to more than anybody wants. */
final class ShapeKinds {
  private static final byte[] ZEROS = new byte[63 << 20];

  private final HostileJars jars;
  private final byte[] zeros = ZipBytes.deflated(ZEROS);
  private final int zerosCrc = ZipBytes.crc(ZEROS);

  ShapeKinds(HostileJars jars) {
    this.jars = jars;
  }

  /** Adds the kinds by name. */
  void addTo(Map<String, Kind> kinds) {

    kinds.put(
        "cut zip",
        random -> jars.signed(Arrays.copyOf(jars.good(), random.nextInt(jars.good().length)), ""));
    kinds.put(
        "bytes appended",
        random -> jars.signed(concat(jars.good(), new byte[1 + random.nextInt(99)]), "appended"));
    kinds.put(
        "bytes before the zip",
        random -> jars.signed(concat(new byte[] {1}, jars.good()), "no jar"));
    kinds.put(
        "bytes between entries",
        random ->
            jars.with("belong to no entry", zip -> zip.add("x", new byte[9]).before = new byte[7]));
    kinds.put(
        "bomb: over 200 times its size",
        random ->
            jars.with(
                "over 200 times",
                zip -> {
                  byte[] more = new byte[(65 << 20) + random.nextInt(1 << 20)];
                  zip.add("data.bin", more);
                }));
    kinds.put(
        "bomb: many entries",
        random ->
            jars.with(
                "more than 640 MiB",
                zip -> {
                  for (int i = 0; i < 11; i++) {
                    zip.add("data/" + i, zeros, ZEROS.length, zerosCrc);
                  }
                }));
    kinds.put(
        "bomb: says it is small",
        random ->
            jars.with(
                "are damaged",
                zip ->
                    zip.add("data.bin", zeros, ZEROS.length, zerosCrc).says(random.nextInt(1000))));
    kinds.put(
        "30,000 entries",
        random ->
            jars.with(
                "are the most",
                zip -> {
                  for (int i = 0; i < 30_000; i++) {
                    zip.add("d/" + i, new byte[0]);
                  }
                }));
    kinds.put(
        "path traversal",
        random -> {
          List<String> names =
              List.of(
                  "../evil", "a/../../evil", "/etc/evil", "a\\..\\evil", "C:evil", "a//b", "./x");
          return jars.with(
              "leads out of the jar", zip -> zip.add(pick(names, random), new byte[3]));
        });
    kinds.put(
        "odd names",
        random ->
            jars.with(
                "is not one of a file|twice",
                zip ->
                    zip.add(
                        pick(List.of("", "a\0b", "line\nbreak", "x".repeat(600)), random),
                        new byte[3])));
    kinds.put(
        "duplicate names",
        random ->
            jars.with(
                "twice|beside or in place",
                zip ->
                    zip.add(
                        pick(List.of(MANIFEST, CLASS, COMPONENT, "meta-inf/manifest.mf"), random),
                        new byte[9])));
    kinds.put(
        "two headers disagree",
        random ->
            jars.with(
                "says otherwise",
                zip -> zip.add("abc", new byte[9]).localName = "xyz".getBytes(UTF_8)));
    kinds.put(
        "entry beyond the end",
        random ->
            jars.with(
                "beyond its end|says otherwise",
                zip -> zip.add("abc", new byte[9]).centralOffset = random.nextLong(1L << 31)));
    kinds.put(
        "entries overlap",
        random ->
            jars.with(
                "overlaps|says otherwise",
                zip -> {
                  zip.add("abc", new byte[9]);
                  zip.add(MANIFEST + "2", new byte[9]).centralOffset = 0;
                }));
    kinds.put(
        "encrypted entry",
        random -> jars.with("is encrypted", zip -> zip.add("abc", new byte[9]).flags = 1));
    kinds.put(
        "unknown method",
        random ->
            jars.with(
                "another method",
                zip -> zip.add("abc", new byte[9]).method = 9 + random.nextInt(90)));
  }
}
