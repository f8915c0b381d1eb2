package dev.triptych.models.diffusers;

import dev.triptych.api.Placement;
import dev.triptych.models.Program;
import dev.triptych.models.Tensor;
import dev.triptych.models.safetensors.Dtype;
import dev.triptych.models.safetensors.Safetensors;
import dev.triptych.models.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A program that learns: its checkpoints, its steps, its averaged weights. */
final class Learner implements AutoCloseable {

  /** A checkpoint's file: weights, moments, averages, and the count of steps, in float32. */
  static final String CHECKPOINT = "checkpoint.safetensors";

  private final Program program;
  private final Map<String, long[]> shapes;
  private long steps;

  private Learner(Program program, Map<String, long[]> shapes) {
    this.program = program;
    this.shapes = shapes;
  }

  /** Starts from first values. */
  static Learner begin(
      String source,
      Map<String, long[]> shapes,
      Map<String, float[]> values,
      Consumer<Program> load)
      throws IOException {
    Path file = Files.createTempFile("begin", ".safetensors");
    try {
      SafetensorsWriter writer = new SafetensorsWriter();
      shapes.forEach((name, shape) -> writer.add(name, Dtype.F32, values.get(name), shape));
      writer.write(file);
      return open(source, shapes, file, load);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Goes on from a checkpoint. */
  static Learner resume(
      String source, Map<String, long[]> shapes, Path folder, Consumer<Program> load)
      throws IOException {
    Path file = folder.resolve(CHECKPOINT);
    for (String name : shapes.keySet()) {
      if (!Safetensors.open(file).entries().containsKey("average:" + name)) {
        throw new IOException(file + " lacks " + name + ": it is a checkpoint of another shape");
      }
    }
    return open(source, shapes, file, load);
  }

  private static Learner open(
      String source, Map<String, long[]> shapes, Path file, Consumer<Program> load)
      throws IOException {
    Placement placement = Placement.of("cpu", "auto");
    Program program =
        Program.load(
            Learner.class,
            List.of("optimizer.py", source + ".py", source + "_training.py"),
            List.of(Safetensors.open(file)),
            placement);
    Learner learner = new Learner(program, shapes);
    try {
      load.accept(program);
      PipelinePart.take(program, shapes.keySet(), false);
      float bfloat16 = Precision.bfloat16(placement) ? 1 : 0;
      learner.steps = (long) learner.train("begin", Tensor.of(new float[] {bfloat16}, 1))[0];
      return learner;
    } catch (RuntimeException e) {
      learner.close();
      throw e;
    }
  }

  /** Calls a method that learns; closes the arguments; returns the numbers that come back. */
  float[] train(String method, Tensor... arguments) {
    try {
      List<Tensor> results = program.train(method, arguments);
      float[] numbers = new float[results.size()];
      for (int i = 0; i < numbers.length; i++) {
        try (Tensor result = results.get(i)) {
          numbers[i] = result.floats()[0];
        }
      }
      steps += method.equals("train_step") ? 1 : 0;
      return numbers;
    } finally {
      for (Tensor argument : arguments) {
        argument.close();
      }
    }
  }

  long steps() {
    return steps;
  }

  float[] average(String name) {
    return state("average:" + name);
  }

  private float[] state(String name) {
    try (Program.Result result = program.call("state", name)) {
      return result.floats();
    }
  }

  void save(Path folder) throws IOException {
    Files.createDirectories(folder);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
      for (String kind : List.of("", "first:", "second:", "average:")) {
        String name = kind + entry.getKey();
        writer.add(name, Dtype.F32, state(name), entry.getValue());
      }
    }
    writer.add("count", Dtype.F32, state("count"));
    writer.write(folder.resolve(CHECKPOINT));
  }

  /** Writes averaged weights in bfloat16. */
  void export(Map<String, long[]> names, Path file) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    names.forEach((name, shape) -> writer.add(name, Dtype.BF16, average(name), shape));
    writer.write(file);
  }

  @Override
  public void close() {
    program.close();
  }
}
