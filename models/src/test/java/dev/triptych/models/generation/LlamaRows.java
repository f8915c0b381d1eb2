package dev.triptych.models.generation;

import dev.triptych.api.Placement;
import dev.triptych.models.language.Continuation;
import dev.triptych.models.language.LanguageModel;
import dev.triptych.models.llama.Llama;
import dev.triptych.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link Llama} as a language model whose rows are runs, each read on its own. */
final class LlamaRows implements LanguageModel {
  private final Llama llama;
  int read; // tokens read in all, to see what a cache spares

  private LlamaRows(Llama llama) {
    this.llama = llama;
  }

  static LlamaRows load(Path folder) throws IOException {
    return new LlamaRows(Llama.load(folder, Placement.of("cpu", "float32")));
  }

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public Tokenizer tokenizer() {
    return llama.tokenizer();
  }

  @Override
  public int vocabulary() {
    return llama.config().vocab();
  }

  @Override
  public int contextLength() {
    return llama.contextLength();
  }

  @Override
  public boolean encoderDecoder() {
    return false;
  }

  @Override
  public Continuation open(int rows) {
    Rows opened = new Rows();
    for (int i = 0; i < rows; i++) {
      opened.rows.add(new Row(llama.open(), new ArrayList<>()));
    }
    return opened;
  }

  @Override
  public Continuation open(int[]... sources) {
    throw new UnsupportedOperationException("there is no encoder");
  }

  @Override
  public long mappedBytes() {
    return llama.mappedBytes();
  }

  @Override
  public long privateBytes() {
    return llama.privateBytes();
  }

  @Override
  public void close() {
    llama.close();
  }

  private record Row(Llama.Run run, List<Integer> ids) {}

  private final class Rows implements Continuation {
    private final List<Row> rows = new ArrayList<>();

    @Override
    public int rows() {
      return rows.size();
    }

    @Override
    public int length(int row) {
      return rows.get(row).ids.size();
    }

    private float[] prefill(Row row, int[] ids) {
      Arrays.stream(ids).forEach(row.ids::add);
      read += ids.length;
      return row.run.prefill(ids);
    }

    @Override
    public float[][] prefill(int[]... ids) {
      float[][] logits = new float[rows.size()][];
      Arrays.setAll(logits, i -> prefill(rows.get(i), ids[i]));
      return logits;
    }

    @Override
    public float[][] step(int... ids) {
      float[][] logits = new float[rows.size()][];
      for (int i = 0; i < ids.length; i++) {
        rows.get(i).ids.add(ids[i]);
        logits[i] = rows.get(i).run.step(ids[i]);
        read++;
      }
      return logits;
    }

    @Override
    public float[][] read(int... ids) {
      float[][] logits = new float[ids.length][];
      Arrays.setAll(logits, i -> step(ids[i])[0]);
      return logits;
    }

    private Row copy(int row) {
      Row copy = new Row(llama.open(), new ArrayList<>());
      prefill(copy, rows.get(row).ids.stream().mapToInt(Integer::intValue).toArray());
      return copy;
    }

    @Override
    public void select(int... chosen) {
      List<Row> before = new ArrayList<>(rows);
      List<Row> after = Arrays.stream(chosen).mapToObj(this::copy).toList();
      before.forEach(row -> row.run.close());
      rows.clear();
      rows.addAll(after);
    }

    @Override
    public Continuation branch(int... chosen) {
      Rows branch = new Rows();
      Arrays.stream(chosen).mapToObj(this::copy).forEach(branch.rows::add);
      return branch;
    }

    @Override
    public void rewind(int row, int length) {
      rows.get(row).run.rewind(length);
      List<Integer> ids = rows.get(row).ids;
      ids.subList(length, ids.size()).clear();
    }

    @Override
    public void close() {
      rows.forEach(row -> row.run.close());
    }
  }
}
